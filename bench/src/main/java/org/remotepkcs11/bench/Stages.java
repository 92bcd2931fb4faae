package org.remotepkcs11.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** What the proxy's flight recorder events say of a run. */
final class Stages implements AutoCloseable {
    private static final List<String> REQUEST = List.of("check", "admit", "card", "record", "seal");
    private static final List<String> CARD = List.of("waited", "allowed", "worked");

    private final Recording recording = new Recording();

    private Stages() {
    }

    static Stages record() {
        Stages stages = new Stages();
        for (String event : List.of("Request", "CardUse", "Commit")) {
            stages.recording.enable("org.remotepkcs11." + event).withoutStackTrace();
        }
        stages.recording.start();
        return stages;
    }

    /**
     * @param perRequest     milliseconds a request spent in each stage, on average
     * @param perUse         milliseconds an operation spent at the card, on average
     * @param operations     in one request
     * @param intents        pieces of work in one transaction
     * @param flush          milliseconds of one COMMIT
     */
    record Summary(Map<String, Double> perRequest, Map<String, Double> perUse, double operations, double intents,
                   double flush) {
        double proxyTotal() {
            return perRequest.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    Summary stop() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("stages", ".jfr");
        recording.dump(file);
        Sums requests = new Sums();
        Sums uses = new Sums();
        Sums commits = new Sums();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            switch (event.getEventType().getName()) {
                case "org.remotepkcs11.Request" -> {
                    if (event.getInt("operations") > 0) {
                        requests.add(event, REQUEST);
                        requests.add("operations", event.getInt("operations"));
                    }
                }
                case "org.remotepkcs11.CardUse" -> uses.add(event, CARD);
                case "org.remotepkcs11.Commit" -> {
                    commits.add(event, List.of("flush"));
                    commits.add("items", event.getInt("items"));
                }
                default -> { }
            }
        }
        Files.delete(file);
        return new Summary(requests.means(REQUEST), uses.means(CARD), requests.mean("operations"),
                commits.mean("items"), commits.mean("flush"));
    }

    private static final class Sums {
        private final Map<String, Double> sums = new HashMap<>();
        private final Map<String, Integer> counts = new HashMap<>();

        void add(RecordedEvent event, List<String> fields) {
            fields.forEach(field -> add(field, event.getDuration(field).toNanos() / 1e6));
        }

        void add(String name, double value) {
            sums.merge(name, value, Double::sum);
            counts.merge(name, 1, Integer::sum);
        }

        double mean(String name) {
            return sums.getOrDefault(name, 0.0) / counts.getOrDefault(name, 1);
        }

        Map<String, Double> means(List<String> names) {
            Map<String, Double> means = new HashMap<>();
            names.forEach(name -> means.put(name, mean(name)));
            return means;
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}

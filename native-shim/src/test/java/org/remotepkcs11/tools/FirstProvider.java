package org.remotepkcs11.tools;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A program in a JVM whose first security provider is SunPKCS11 over our module: everything Java does asks it first, our
 * own connection to the proxy not excepted. That one goes through a relay of this program, which cuts it.
 */
final class FirstProvider {
    private final List<Closeable> sockets = new CopyOnWriteArrayList<>();

    private FirstProvider() {
    }

    /** @param arguments a client's configuration, and where to write the one that leads through the relay */
    public static void main(String[] arguments) throws Exception {
        FirstProvider program = new FirstProvider();
        String configuration = Files.readString(Path.of(arguments[0]));
        URI proxy = URI.create(configuration.replaceAll("(?s).*?proxy.url=(\\S+).*", "$1"));
        try (ServerSocket relay = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            background(() -> program.accept(relay, proxy.getPort()));
            Files.writeString(Path.of(arguments[1]),
                    configuration.replace(":" + proxy.getPort(), ":" + relay.getLocalPort()));
            program.use();
        }
    }

    private void use() throws GeneralSecurityException, IOException {
        System.out.println(Security.getProviders()[0].getName() + " is first");
        KeyStore store = KeyStore.getInstance("PKCS11");
        store.load(null, System.getenv("TOKEN_PIN").toCharArray());
        System.out.println(sign((PrivateKey) store.getKey("rsa-2048", null)));
        for (Closeable socket : sockets) {
            socket.close();
        }
        int before = sockets.size();
        String signed = sign((PrivateKey) store.getKey("rsa-2048", null));
        System.out.println((sockets.size() > before ? "reconnected, " : "the same connection, ") + signed);
        System.out.println("digest of " + MessageDigest.getInstance("SHA-256").getProvider().getName());
    }

    private static String sign(PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(new byte[100]);
        return "signed by " + signature.getProvider().getName() + ", " + signature.sign().length + " bytes";
    }

    private void accept(ServerSocket relay, int port) throws IOException {
        while (!relay.isClosed()) {
            Socket near = relay.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.addAll(List.of(near, far));
            background(() -> copy(near, far));
            background(() -> copy(far, near));
        }
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from; to; InputStream in = from.getInputStream()) {
            in.transferTo(to.getOutputStream());
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void background(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                return; // cut, as intended
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}

package org.remotepkcs11.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.commons.support.AnnotationSupport;
import org.remotepkcs11.testkit.Command;

/**
 * Makes a tool's row out of what its tests did: their names, how many of them passed, and what the proxy's log says was
 * done with which key. The page must have that row; {@code -Drpkcs11.write.tools} puts it there.
 */
final class ToolRow implements BeforeAllCallback, AfterAllCallback, TestWatcher {
    private static final Pattern VERSION = Pattern.compile("\\d+(\\.\\d+)+([-+~.:]?\\w+)*?(?=\\.jar|[^-+~.:\\w]|$)");

    private final Set<String> passed = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private long begin;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        begin = DeskParameter.desk(context).logSize();
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        passed.add(context.getRequiredTestMethod().getName());
        count.incrementAndGet();
    }

    /** Nothing where only some of the tests were run, or some failed. */
    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        Class<?> tests = context.getRequiredTestClass();
        if (!passed.equals(Arrays.stream(tests.getDeclaredMethods()).filter(ToolRow::isTest).map(Method::getName)
                .collect(Collectors.toSet()))) {
            return;
        }
        Tool tool = tests.getAnnotation(Tool.class);
        ToolTable.Row row = new ToolTable.Row(tool.name(), tool.guide(), version(tool),
                DeskParameter.desk(context).usesSince(begin), sentences(), count + " passed");
        if (System.getProperty("rpkcs11.write.tools") != null) {
            ToolTable.write(row);
        }
        assertThat(ToolTable.rowOf(tool.name()).withVersion("")).as("row in docs/tools.md")
                .isEqualTo(row.withVersion(""));
    }

    private static boolean isTest(Method method) {
        return AnnotationSupport.isAnnotated(method, Test.class)
                || AnnotationSupport.isAnnotated(method, ParameterizedTest.class);
    }

    private static String version(Tool tool) throws IOException {
        String printed = tool.jar().isEmpty() ? Command.of(tool.version()).run()
                : ClassPath.jar(tool.jar()).getFileName().toString();
        Matcher version = VERSION.matcher(printed);
        if (!version.find()) {
            throw new IOException("no version in: " + printed);
        }
        return version.group();
    }

    private String sentences() {
        return new TreeSet<>(passed).stream()
                .map(name -> name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
                        .toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("; "));
    }
}

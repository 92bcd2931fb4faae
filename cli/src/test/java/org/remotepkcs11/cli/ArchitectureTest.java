package org.remotepkcs11.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Dependencies run one way: proto ← wire ← {client and provider, proxy} ← cli. */
class ArchitectureTest {
    private static final String PROTO = "org.remotepkcs11.proto..";
    private static final String WIRE = "org.remotepkcs11.wire..";
    private static final String[] CLIENT = {"org.remotepkcs11.client..", "org.remotepkcs11.provider.."};
    private static final String[] NATIVE = {"org.remotepkcs11.pkcs11..", "org.remotepkcs11.agent..",
        "org.remotepkcs11.inprocess.."};
    private static final String PROXY = "org.remotepkcs11.proxy..";
    private static final String TESTKIT = "org.remotepkcs11.testkit..";
    private static final String CLI = "org.remotepkcs11.cli..";

    private static final JavaClasses ALL = new ClassFileImporter().importPaths(mainClasses());

    private static List<Path> mainClasses() {
        return Repository.modules().stream().map(module -> module.resolve("target/classes"))
                .filter(Files::isDirectory).toList();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("org.remotepkcs11.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void onlyWireKnowsTheGeneratedMessages() {
        noClasses().that().resideOutsideOfPackages(PROTO, WIRE)
                .should().dependOnClassesThat().resideInAPackage(PROTO).check(ALL);
    }

    @Test
    void generatedMessagesAreNotInWiresPublicSignatures() {
        noClasses().that().resideInAPackage(WIRE).and().arePublic()
                .should(new ExposeInSignatures(PROTO)).check(ALL);
    }

    @Test
    void wireKnowsOnlyTheProtocol() {
        noClasses().that().resideInAnyPackage(PROTO, WIRE).should().dependOnClassesThat()
                .resideInAnyPackage(concat(CLIENT, concat(NATIVE, PROXY, TESTKIT, CLI))).check(ALL);
    }

    @Test
    void clientAndProxyDoNotKnowEachOther() {
        noClasses().that().resideInAnyPackage(concat(CLIENT, NATIVE)).should().dependOnClassesThat()
                .resideInAnyPackage(PROXY, TESTKIT, CLI).check(ALL);
        noClasses().that().resideInAPackage(PROXY).should().dependOnClassesThat()
                .resideInAnyPackage(concat(CLIENT, concat(NATIVE, TESTKIT, CLI))).check(ALL);
    }

    @Test
    void theClientNeedsNoLoggingFrameworkAndNoServer() {
        noClasses().that().resideInAnyPackage(concat(CLIENT, PROTO, WIRE)).should().dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "org.eclipse.jetty..", "org.jdbi..", "picocli..").check(ALL);
    }

    @Test
    void onlyTheCardsPackageTouchesNativeLibrariesInTheProxy() {
        noClasses().that().resideInAPackage(PROXY).and().resideOutsideOfPackage("org.remotepkcs11.proxy.cards..")
                .should().dependOnClassesThat().resideInAPackage("com.sun.jna..").check(ALL);
    }

    @Test
    void onlyTheStoreKnowsTheDatabase() {
        noClasses().that().resideInAPackage(PROXY)
                .and().resideOutsideOfPackages("org.remotepkcs11.proxy.store..", "org.remotepkcs11.proxy.access..",
                        "org.remotepkcs11.proxy.audit..", "org.remotepkcs11.proxy.vault..")
                .should().dependOnClassesThat().resideInAnyPackage("org.jdbi..", "org.flywaydb..", "com.zaxxer..")
                .check(ALL);
    }

    private static String[] concat(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }
}

package org.remotepkcs11.wire;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final String[] FOREIGN = {"org.remotepkcs11.proto..", "com.google.protobuf..", "okhttp3..", "okio..",
            "org.bouncycastle.."};

    private final JavaClasses wire = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("org.remotepkcs11");

    @Test
    void packagesFormNoCycle() {
        slices().matching("org.remotepkcs11.(**)").should().beFreeOfCycles().check(wire);
    }

    @Test
    void generatedClassesAreUsedByTheCodecsAlone() {
        classes().that().resideInAPackage("org.remotepkcs11.proto..").should().onlyHaveDependentClassesThat()
                .resideInAnyPackage("org.remotepkcs11.wire", "org.remotepkcs11.proto..").check(wire);
    }

    @Test
    void messagesDoNotKnowHowTheyTravel() {
        noClasses().that().resideInAPackage("org.remotepkcs11.wire").should().dependOnClassesThat()
                .resideInAnyPackage("org.remotepkcs11.wire.http..", "okhttp3..", "okio..").check(wire);
    }

    @Test
    void clientNeedsNoServersLibraries() {
        noClasses().that().resideInAPackage("org.remotepkcs11..").should().dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "org.eclipse.jetty..").check(wire);
    }

    @Test
    void publicApiShowsNoLibrary() {
        methods().that().arePublic().and().areDeclaredInClassesThat().arePublic().and()
                .areDeclaredInClassesThat().resideInAPackage("org.remotepkcs11.wire..")
                .should(showNoLibrary()).check(wire);
    }

    private static ArchCondition<JavaMethod> showNoLibrary() {
        DescribedPredicate<JavaClass> foreign = JavaClass.Predicates.resideInAnyPackage(FOREIGN);
        return new ArchCondition<>("show no library") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean shown = foreign.test(method.getRawReturnType())
                        || method.getRawParameterTypes().stream().anyMatch(foreign);
                events.add(new SimpleConditionEvent(method, !shown, method.getFullName()));
            }
        };
    }
}

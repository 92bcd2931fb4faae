package org.remotepkcs11.cli;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;

/** Holds for a class whose public methods or constructors take or give a type of the named packages. */
final class ExposeInSignatures extends ArchCondition<JavaClass> {
    private final DescribedPredicate<JavaClass> hidden;

    ExposeInSignatures(String packages) {
        super("expose types of " + packages + " in public signatures");
        this.hidden = JavaClass.Predicates.resideInAPackage(packages);
    }

    @Override
    public void check(JavaClass item, ConditionEvents events) {
        for (JavaCodeUnit unit : item.getCodeUnits()) {
            boolean exposes = unit.getModifiers().contains(JavaModifier.PUBLIC)
                    && Stream.concat(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream())
                            .anyMatch(hidden);
            events.add(new SimpleConditionEvent(unit, exposes, unit.getFullName() + " exposes a generated type"));
        }
    }
}

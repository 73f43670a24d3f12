package io.otphandler.bootstrap;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import java.net.URLDecoder;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The arrows between the rooms of the house point inward only, and the innermost takes nothing from the air. */
class ArchitectureTest {

    private static final String DOMAIN = "io.otphandler.domain..";
    private static final String APPLICATION = "io.otphandler.application..";
    private static final String HTTP = "io.otphandler.adapter.http..";
    private static final String JDBI = "io.otphandler.adapter.jdbi..";
    private static final String GATEWAYS = "io.otphandler.adapter.gateways..";
    private static final String BOOTSTRAP = "io.otphandler.bootstrap..";

    private static final String[] JAVA = {
        "java.lang..", "java.util..", "java.time..", "java.math..", "java.text..", "java.nio..", "java.io.."
    };

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            // in `mvn verify` the application's tests come as a jar, not as a directory test-classes
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.otphandler");

    @Test
    void theDomainNeedsNothingButJava() {
        only(DOMAIN, Stream.concat(Stream.of(JAVA), Stream.of("java.security")), DOMAIN)
                .because("it is embedded in other services, which must not inherit anything from us")
                .check(HOUSE);
    }

    @Test
    void theApplicationKnowsTheDomainAndNoTechnology() {
        only(
                        APPLICATION,
                        Stream.concat(Stream.of(JAVA), Stream.of("java.security", "javax.crypto..", "org.slf4j..")),
                        DOMAIN,
                        APPLICATION)
                .because("users' tests run all of it without infrastructure")
                .check(HOUSE);
    }

    @ParameterizedTest
    @ValueSource(strings = {HTTP, JDBI, GATEWAYS})
    void adaptersKnowTheApplicationAndNeverEachOther(String adapter) {
        List<String> others = Stream.of(HTTP, JDBI, GATEWAYS, BOOTSTRAP)
                .filter(other -> !other.equals(adapter))
                .toList();
        noClasses()
                .that()
                .resideInAPackage(adapter)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others.toArray(String[]::new))
                .because("one can be replaced without the others noticing")
                .check(HOUSE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.otphandler.domain.channel",
                "io.otphandler.domain.code",
                "io.otphandler.domain.recipient",
                "io.otphandler.domain.session",
                "io.otphandler.domain.widget",
                "io.otphandler.application",
                "io.otphandler.application.admin",
                "io.otphandler.application.code",
                "io.otphandler.application.delivery",
                "io.otphandler.application.once",
                "io.otphandler.application.polling",
                "io.otphandler.application.port",
                "io.otphandler.application.session",
                "io.otphandler.adapter.http",
                "io.otphandler.adapter.jdbi",
                "io.otphandler.adapter.gateways",
                "io.otphandler.adapter.gateways.call",
                "io.otphandler.adapter.gateways.http",
                "io.otphandler.adapter.gateways.kind",
                "io.otphandler.adapter.gateways.numbering",
                "io.otphandler.adapter.gateways.sandbox",
                "io.otphandler.adapter.gateways.sigmasms",
                "io.otphandler.adapter.gateways.smpp",
                "io.otphandler.adapter.gateways.smtp",
                "io.otphandler.adapter.gateways.telegram",
                "io.otphandler.adapter.gateways.twilio",
                "io.otphandler.adapter.gateways.ucaller",
                "io.otphandler.adapter.gateways.whatsapp",
                "io.otphandler.bootstrap",
                "io.otphandler.bootstrap.settings"
            })
    void noRoomThatARuleNamesIsEmpty(String name) {
        assertThat(HOUSE.containPackage(name)).isTrue();
        assertThat(HOUSE.getPackage(name).getClasses()).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "sandbox", "sigmasms", "smpp", "smtp", "telegram", "twilio", "ucaller", "whatsapp"})
    void kindsOfGatewaysDoNotKnowEachOther(String kind) {
        String room = "io.otphandler.adapter.gateways." + kind + "..";
        noClasses()
                .that()
                .resideInAPackage(room)
                .should()
                .dependOnClassesThat(resideInAPackage(GATEWAYS)
                        .and(DescribedPredicate.not(resideInAnyPackage(
                                room,
                                "io.otphandler.adapter.gateways.call..",
                                "io.otphandler.adapter.gateways.kind.."))))
                .because("a kind is added or taken away by its package and one line")
                .check(HOUSE);
    }

    @Test
    void theDomainTakesNeitherTimeNorChanceNorIdsFromTheAir() {
        noClasses()
                .that()
                .resideInAPackage(DOMAIN)
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Instant.class, "now", Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(UUID.class, "randomUUID")
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(SecureRandom.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .because("the same state, input and instant must give the same decision, always")
                .check(HOUSE);
    }

    @Test
    void theDomainIsImmutable() {
        classes()
                .that()
                .resideInAPackage(DOMAIN)
                .and()
                .areRecords()
                .should()
                .haveOnlyFinalFields()
                .andShould()
                .haveModifier(JavaModifier.FINAL)
                .because("a session is read by many threads and changed by none")
                .check(HOUSE);
    }

    private static ClassesShouldConjunction only(String room, Stream<String> outside, String... inside) {
        return classes()
                .that()
                .resideInAPackage(room)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(Stream.concat(
                                        Stream.concat(outside, Stream.of(inside)),
                                        Stream.of("org.jspecify..", "com.google.errorprone.annotations.."))
                                .toArray(String[]::new))
                        // of all of java.net the one that is about text
                        .or(type(URLDecoder.class)));
    }
}

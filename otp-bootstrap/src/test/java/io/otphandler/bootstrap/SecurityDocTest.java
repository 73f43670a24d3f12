package io.otphandler.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/security.md promises is held by tests that there are. */
class SecurityDocTest {

    private static final Path ROOT = Path.of("..");
    private static final Path DOCUMENT = ROOT.resolve("docs").resolve("security.md");

    /** Such as {@code `CodeCheckTest.aCodeConfirmsOnce`}. */
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|Contract)|Races)\\.(\\w+)`");

    /** A class named alone, whose methods nobody would look for. */
    private static final Pattern NAMED_ALONE = Pattern.compile("`[A-Z]\\w*(?:Test|Contract)`");

    private static final Pattern METHOD = Pattern.compile("\\n    (?:default |static )?void (\\w+)\\(");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @Test
    void everyTestThatItNamesIsThere() throws IOException {
        List<MatchResult> named =
                NAMED.matcher(Files.readString(DOCUMENT)).results().toList();
        Map<String, Set<String>> tests = tests();

        assertThat(named).isNotEmpty();
        assertThat(named.stream()
                        .filter(name ->
                                !tests.getOrDefault(name.group(1), Set.of()).contains(name.group(2)))
                        .map(MatchResult::group))
                .isEmpty();
    }

    @Test
    void noTestIsNamedByItsClassAlone() throws IOException {
        assertThat(NAMED_ALONE.matcher(Files.readString(DOCUMENT)).results().map(MatchResult::group))
                .isEmpty();
    }

    @Test
    void whatItPointsToIsThere() throws IOException {
        assertThat(LINK.matcher(Files.readString(DOCUMENT)).results().map(link -> link.group(1)))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(DOCUMENT.resolveSibling(link)).exists());
    }

    /** The names of the test methods of all modules, by the simple name of their class. */
    private static Map<String, Set<String>> tests() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(SecurityDocTest::sources)
                    .collect(Collectors.toMap(
                            source -> source.getFileName().toString().replace(".java", ""),
                            SecurityDocTest::methods,
                            (some, others) -> Stream.concat(some.stream(), others.stream())
                                    .collect(Collectors.toSet()),
                            LinkedHashMap::new));
        }
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> methods(Path source) {
        try {
            String text = Files.readString(source);
            Set<String> names = new TreeSet<>();
            Matcher method = METHOD.matcher(text);
            int end = 0;
            while (method.find()) {
                // its annotations stand between the member before it and itself
                String before = text.substring(
                        Math.max(end, text.lastIndexOf("\n    }\n", method.start())), method.start() + 1);
                if (before.contains("Test\n") || before.contains("Test(")) {
                    names.add(method.group(1));
                }
                end = method.end();
            }
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

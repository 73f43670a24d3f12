package io.otphandler.bootstrap.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The browser of this machine and its driver, found and never fetched. */
record Installation(Path browser, Path driver) {

    private static final String HOW = "Install Debian's packages chromium and chromium-driver, or name a Chrome in"
            + " OTP_TEST_CHROME and the driver of the same version in OTP_TEST_CHROMEDRIVER";

    /** What was found, or why nothing was. */
    record Search(Optional<Installation> found, String missing) {}

    static Search search() {
        List<String> missing = new ArrayList<>();
        Optional<Path> browser =
                find("OTP_TEST_CHROME", List.of("chromium", "chromium-browser", "google-chrome"), missing);
        Optional<Path> driver = find("OTP_TEST_CHROMEDRIVER", List.of("chromedriver"), missing);
        return new Search(
                browser.flatMap(program -> driver.map(its -> new Installation(program, its))),
                String.join("; ", missing) + ". " + HOW);
    }

    /** Whether tests must fail, not be skipped, where there is no browser. */
    static boolean required() {
        return setting("OTP_BROWSER_REQUIRED").filter("true"::equals).isPresent();
    }

    private static Optional<Path> find(String setting, List<String> names, List<String> missing) {
        Optional<Path> named = setting(setting).map(Path::of);
        if (named.isPresent()) {
            Optional<Path> usable = named.filter(Files::isExecutable);
            if (usable.isEmpty()) {
                missing.add(setting + " names " + named.get() + ", which is no program");
            }
            return usable;
        }
        Optional<Path> found = names.stream()
                .flatMap(name -> path().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty()) {
            missing.add("no " + String.join(", ", names) + " on the PATH");
        }
        return found;
    }

    private static Stream<Path> path() {
        return Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of);
    }

    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(name))
                .or(() -> Optional.ofNullable(System.getenv(name)))
                .filter(value -> !value.isBlank());
    }
}

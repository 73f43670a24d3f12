package io.otphandler.adapter.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The files that come in the jar, by their names below this package. Stateless. */
final class JarFiles {
    private JarFiles() {}

    /** Its bytes; empty: there is no such file. */
    static Optional<byte[]> find(String name) {
        try (@Nullable InputStream in = JarFiles.class.getResourceAsStream(name)) {
            return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of one that must be there. */
    static byte[] bytes(String name) {
        return find(name).orElseThrow(() -> new IllegalStateException("There is no " + name + " in the jar"));
    }

    /** A text in which the API stands where it is really served, instead of where it is by default. */
    static String text(String name, String basePath) {
        return new String(bytes(name), StandardCharsets.UTF_8).replace(HttpSettings.DEFAULT_BASE_PATH, basePath);
    }
}

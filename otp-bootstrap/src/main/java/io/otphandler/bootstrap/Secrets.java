package io.otphandler.bootstrap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Secrets in files: those that are configured, and those that are made because none is. */
final class Secrets {

    /** As many bytes as HMAC-SHA-256 gives; fewer would be its weakest part (RFC 7518 §3.2). */
    static final int MIN_BYTES = 32;

    private final Path dataDir;
    private final Consumer<String> warnings;

    Secrets(Path dataDir, Consumer<String> warnings) {
        this.dataDir = dataDir;
        this.warnings = warnings;
    }

    /**
     * The bytes of the file's text, without white space around it; or of a secret of our own.
     *
     * @param configured empty: ours, made when it is first needed and kept under that name in the data directory
     * @throws UserException when the file cannot be used
     */
    byte[] read(String key, Optional<Path> configured, String name) {
        Path file = configured.orElse(dataDir.resolve(name));
        if (configured.isEmpty()) {
            make(key, file);
        }
        try {
            byte[] secret =
                    Files.readString(file, StandardCharsets.ISO_8859_1).strip().getBytes(StandardCharsets.ISO_8859_1);
            if (secret.length < MIN_BYTES) {
                throw new UserException(key + ": expected at least " + MIN_BYTES + " bytes, found " + secret.length
                        + " (" + file + ")");
            }
            return secret;
        } catch (IOException e) {
            throw new UserException(key + ": the secret cannot be read (" + file + "): " + e.getMessage(), e);
        }
    }

    /** The secrets of several files, in their order; or one of our own where none is configured. */
    List<byte[]> readAll(String key, List<Path> configured, String name) {
        return configured.isEmpty()
                ? List.of(read(key, Optional.empty(), name))
                : configured.stream()
                        .map(file -> read(key, Optional.of(file), name))
                        .toList();
    }

    private void make(String key, Path file) {
        if (Files.exists(file)) {
            return;
        }
        byte[] random = new byte[MIN_BYTES];
        new SecureRandom().nextBytes(random);
        try {
            boolean posix =
                    FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
            // the database that is going to be beside them holds whole recipients
            Files.createDirectories(dataDir, posix ? permissions("rwx------") : new FileAttribute<?>[0]);
            FileAttribute<?>[] attributes = posix ? permissions("rw-------") : new FileAttribute<?>[0];
            // a file that appears with all of its content or not at all: another process may be starting, too
            Path temporary = Files.createTempFile(dataDir, file.getFileName().toString(), ".new", attributes);
            Files.writeString(
                    temporary,
                    Base64.getUrlEncoder().withoutPadding().encodeToString(random) + "\n",
                    StandardOpenOption.TRUNCATE_EXISTING);
            try {
                Files.createLink(file, temporary);
                warnings.accept(key + " is not configured: made a secret of our own in " + file);
            } catch (FileAlreadyExistsException e) {
                // somebody else was first, and theirs is as good
            } finally {
                Files.delete(temporary);
            }
        } catch (IOException e) {
            throw new UserException(key + ": no secret can be made (" + file + "): " + e.getMessage(), e);
        }
    }

    private static FileAttribute<?>[] permissions(String permissions) {
        return new FileAttribute<?>[] {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        };
    }
}

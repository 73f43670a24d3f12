package io.otphandler.adapter.jdbi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * What the database remembers about itself: short texts by name. Thread-safe; throws
 * {@link io.otphandler.application.port.StoreUnavailableException} while the database cannot be reached.
 */
public final class Metadata {

    private final Jdbi jdbi;

    Metadata(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    public Optional<String> get(String name) {
        try {
            return jdbi.withHandle(handle -> get(handle, name));
        } catch (JdbiException e) {
            throw Failures.translate("The metadata could not be read", e);
        }
    }

    /**
     * Remembers a text unless there is one of that name.
     *
     * @return the one that holds from now on; where several come at once, the same for all
     */
    public String putIfAbsent(String name, String content) {
        try {
            return jdbi.withHandle(handle -> {
                Optional<String> there = get(handle, name);
                return there.isPresent() ? there.get() : put(handle, name, content);
            });
        } catch (JdbiException e) {
            throw Failures.translate("The metadata could not be written", e);
        }
    }

    /** Remembers a text in place of what there may be of that name. */
    public void put(String name, String content) {
        try {
            jdbi.useHandle(handle -> {
                if (replace(handle, name, content) == 0
                        && !put(handle, name, content).equals(content)) {
                    // somebody else was first with the name
                    replace(handle, name, content);
                }
            });
        } catch (JdbiException e) {
            throw Failures.translate("The metadata could not be written", e);
        }
    }

    @CanIgnoreReturnValue
    private static int replace(Handle handle, String name, String content) {
        return handle.execute("UPDATE metadata SET content = ? WHERE name = ?", content, name);
    }

    private static String put(Handle handle, String name, String content) {
        try {
            handle.execute("INSERT INTO metadata (name, content) VALUES (?, ?)", name, content);
            return content;
        } catch (JdbiException e) {
            return get(handle, name).orElseThrow(() -> e);
        }
    }

    private static Optional<String> get(Handle handle, String name) {
        return handle.createQuery("SELECT content FROM metadata WHERE name = ?")
                .bind(0, name)
                .mapTo(String.class)
                .findOne();
    }
}

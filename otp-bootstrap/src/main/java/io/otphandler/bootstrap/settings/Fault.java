package io.otphandler.bootstrap.settings;

/**
 * One thing that is wrong with a configuration.
 *
 * @param key such as {@code http.port}; empty: the file as a whole
 * @param message what was expected, and what was found
 * @param where the file and line, or the environment variable
 */
public record Fault(String key, String message, String where) {

    @Override
    public String toString() {
        return (key.isEmpty() ? "" : key + ": ") + message + " (" + where + ")";
    }
}

package io.otphandler.adapter.http.jetty;

import org.jspecify.annotations.Nullable;

/** Says in the API's words what went wrong before a route was asked, or after. Thread-safe. */
@FunctionalInterface
public interface ErrorBodies {
    /**
     * The answer for a status of HTTP.
     *
     * @param cause what was thrown; null: nothing
     * @param acceptLanguage the header as it came; null: there is none
     */
    ErrorBody of(int status, @Nullable Throwable cause, @Nullable String acceptLanguage);

    /** What is answered. */
    final class ErrorBody {
        private final int status;
        private final byte[] json;
        private final int retryAfter;

        /**
         * An answer.
         *
         * @param status may be another than was asked for
         * @param json is not copied
         * @param retryAfter in seconds; negative: nothing is said of that
         */
        public ErrorBody(int status, byte[] json, int retryAfter) {
            this.status = status;
            this.json = json;
            this.retryAfter = retryAfter;
        }

        int status() {
            return status;
        }

        byte[] json() {
            return json;
        }

        int retryAfter() {
            return retryAfter;
        }
    }
}

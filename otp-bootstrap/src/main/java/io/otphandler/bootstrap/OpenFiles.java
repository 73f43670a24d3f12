package io.otphandler.bootstrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many files this process may have open at the same time, connections among them, and what that leaves for these. */
final class OpenFiles {

    /** Where nobody says how many files there may be. */
    static final int UNKNOWN = 10_000;

    /** For all else: the jar, the database's connections, gateways, the selectors. */
    private static final int RESERVE = 1_000;

    /** More than the memory of a usual machine holds, at 10 KiB and more a connection. */
    private static final int MOST = 100_000;

    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final Pattern FILES = Pattern.compile("(?m)^Max open files +([0-9]+) ");
    private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

    private OpenFiles() {}

    /**
     * How many connections there may be.
     *
     * @param configured empty: as many as there may be files, less 1,000, or half of them where that is more
     */
    static int connections(OptionalInt configured) {
        OptionalInt limit = limit(limits());
        if (configured.isEmpty()) {
            return fitting(limit);
        }
        if (limit.isPresent() && configured.getAsInt() > fitting(limit)) {
            log.warn(
                    "http.maxConnections is {}, but this process may have {} files open, and needs some for itself",
                    configured.getAsInt(),
                    limit.getAsInt());
        }
        return configured.getAsInt();
    }

    private static int fitting(OptionalInt limit) {
        return limit.isPresent() ? connections(limit.getAsInt()) : UNKNOWN;
    }

    static int connections(int limit) {
        return Math.min(MOST, Math.max(limit / 2, limit - RESERVE));
    }

    /** @param limits as Linux tells them; empty: some other system */
    static OptionalInt limit(String limits) {
        Matcher files = FILES.matcher(limits);
        return files.find()
                ? OptionalInt.of((int) Math.min(Integer.MAX_VALUE, Long.parseLong(files.group(1))))
                : OptionalInt.empty();
    }

    private static String limits() {
        try {
            return Files.readString(LIMITS);
        } catch (IOException e) {
            return "";
        }
    }
}

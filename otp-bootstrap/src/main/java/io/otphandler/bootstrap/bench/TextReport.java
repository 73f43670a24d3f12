package io.otphandler.bootstrap.bench;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A report as a table for a terminal. */
public final class TextReport {

    private static final String LINE = "%-24s %10s %9s %9s %9s %9s %9s %8s%n";

    private TextReport() {}

    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s on %s: %d clients, %.1f s after %.1f s of warm-up; times in ms%n%n",
                report.scenario(),
                report.store(),
                report.clients(),
                report.seconds(),
                report.warmUpSeconds()));
        text.append(String.format(LINE, "", "per s", "p50", "p90", "p99", "p99.9", "max", "errors"));
        report.rows().forEach(row -> row(text, row));
        text.append(String.format(Locale.ROOT, "%-24s %10.0f%n", "all calls", report.callsPerSecond()));
        row(text, report.baseline());
        text.append('\n');
        Double ratio = report.ratio();
        if (ratio != null) {
            text.append(String.format(
                    Locale.ROOT, "All calls are %.2f of the rate of a server that does nothing%n", ratio));
        }
        Report.Polls polls = report.polls();
        if (polls != null) {
            polls(text, polls);
        }
        Report.Server server = report.server();
        if (server != null) {
            server(text, server);
        }
        report.rows().forEach(row -> errors(text, row));
        errors(text, report.baseline());
        return text.toString();
    }

    private static void row(StringBuilder text, Report.Row row) {
        text.append(String.format(
                LINE,
                row.step().label(),
                String.format(Locale.ROOT, "%.0f", row.rate()),
                millis(row.millisAt(50)),
                millis(row.millisAt(90)),
                millis(row.millisAt(99)),
                millis(row.millisAt(99.9)),
                millis(row.maxMillis()),
                row.errorCount()));
    }

    private static void polls(StringBuilder text, Report.Polls polls) {
        text.append(String.format(
                Locale.ROOT,
                "%d polls held, %d of them confirmed in a burst, %d woken",
                polls.held(),
                polls.confirmed(),
                polls.woken()));
        Double last = polls.lastWakeUpMillis();
        if (last != null) {
            text.append(String.format(Locale.ROOT, ", the last %.1f ms after the last confirmation's answer", last));
        }
        text.append(String.format(
                "%nBytes of the server per poll: heap %s, resident %s%n",
                known(polls.heapBytesPerPoll()), known(polls.residentBytesPerPoll())));
    }

    private static void server(StringBuilder text, Report.Server server) {
        Double cpu = server.cpuMicrosPerCall();
        Double baseline = server.baselineCpuMicrosPerCall();
        if (cpu != null && baseline != null && cpu > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "Processor time of the server per call: %.1f µs; of the one that does nothing: %.1f µs, which is %.2f of it%n",
                    cpu,
                    baseline,
                    baseline / cpu));
        }
        text.append(String.format(
                "Memory of the server in the end: heap in use %s, resident %s%n",
                mebibytes(server.heapBytes()), mebibytes(server.residentBytes())));
    }

    private static void errors(StringBuilder text, Report.Row row) {
        for (Map.Entry<String, Long> error : row.errors().entrySet()) {
            text.append(
                    String.format("Error in %s, %d times: %s%n", row.step().label(), error.getValue(), error.getKey()));
        }
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.1f", millis);
    }

    private static String known(@Nullable Long number) {
        return number == null ? "not known" : number.toString();
    }

    private static String mebibytes(@Nullable Long bytes) {
        return bytes == null ? "not known" : (bytes >> 20) + " MiB";
    }
}

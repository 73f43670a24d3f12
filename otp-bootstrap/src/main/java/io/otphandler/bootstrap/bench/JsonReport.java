package io.otphandler.bootstrap.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A report for programs; its shape is told in {@code docs/performance.md}. */
public final class JsonReport {

    private JsonReport() {}

    public static String of(Report report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("scenario", report.scenario());
        json.put("store", report.store());
        json.put("clients", report.clients());
        json.put("warmUpSeconds", report.warmUpSeconds());
        json.put("seconds", rounded(report.seconds()));
        json.put("callsPerSecond", rounded(report.callsPerSecond()));
        json.put("ratio", rounded(report.ratio()));
        json.put("errors", errors(report));
        ObjectNode calls = json.putObject("calls");
        report.rows().forEach(row -> calls.set(row.step().label(), row(row)));
        json.set("baseline", row(report.baseline()));
        Report.Polls polls = report.polls();
        if (polls == null) {
            json.putNull("polls");
        } else {
            json.putObject("polls")
                    .put("held", polls.held())
                    .put("confirmed", polls.confirmed())
                    .put("woken", polls.woken())
                    .put("lastWakeUpMillis", rounded(polls.lastWakeUpMillis()))
                    .put("heapBytesPerPoll", polls.heapBytesPerPoll())
                    .put("residentBytesPerPoll", polls.residentBytesPerPoll());
        }
        Report.Server server = report.server();
        if (server == null) {
            json.putNull("server");
        } else {
            json.putObject("server")
                    .put("cpuMicrosPerCall", rounded(server.cpuMicrosPerCall()))
                    .put("baselineCpuMicrosPerCall", rounded(server.baselineCpuMicrosPerCall()))
                    .put("heapBytes", server.heapBytes())
                    .put("residentBytes", server.residentBytes());
        }
        return json.toPrettyString();
    }

    private static long errors(Report report) {
        return report.baseline().errorCount()
                + report.rows().stream().mapToLong(Report.Row::errorCount).sum();
    }

    private static ObjectNode row(Report.Row row) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("count", row.count());
        json.put("perSecond", rounded(row.rate()));
        json.putObject("millis")
                .put("p50", row.millisAt(50))
                .put("p90", row.millisAt(90))
                .put("p99", row.millisAt(99))
                .put("p99.9", row.millisAt(99.9))
                .put("max", row.maxMillis());
        ObjectNode errors = json.putObject("errors");
        row.errors().forEach(errors::put);
        return json;
    }

    private static @Nullable Double rounded(@Nullable Double number) {
        return number == null ? null : Double.valueOf(Math.round(number * 1e4) / 1e4);
    }
}

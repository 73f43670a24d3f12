package io.otphandler.bootstrap.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a run has shown.
 *
 * @param store what the service keeps its sessions in, as far as that is known
 * @param seconds that were measured
 * @param baseline the server that does nothing, asked before and after by as many clients
 * @param rows one for each step that came up, in the order of a flow
 * @param callsPerSecond all calls
 * @param ratio that, as a part of the baseline's rate; null: the scenario is not about rates
 * @param polls null: none were held
 * @param server null: it is not one of our own
 * @param slices of the service's time, for a drawing
 */
public record Report(
        String scenario,
        String store,
        int clients,
        double warmUpSeconds,
        double seconds,
        Row baseline,
        List<Row> rows,
        double callsPerSecond,
        @Nullable Double ratio,
        @Nullable Polls polls,
        @Nullable Server server,
        List<Load.Slice> slices) {

    /**
     * A step.
     *
     * @param histogram in microseconds
     * @param errors by what they were, in the warm-up as well
     */
    public record Row(Step step, Histogram histogram, double rate, Map<String, Long> errors) {

        long count() {
            return histogram.getTotalCount();
        }

        double millisAt(double percentile) {
            return histogram.getValueAtPercentile(percentile) / 1_000.0;
        }

        double maxMillis() {
            return histogram.getMaxValue() / 1_000.0;
        }

        long errorCount() {
            return errors.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /**
     * Polls that were held.
     *
     * @param held how many
     * @param confirmed how many of them were to be woken in one burst
     * @param woken how many were
     * @param lastWakeUpMillis from the answer to the last confirmation until the last poll was woken
     * @param heapBytesPerPoll of the server, by which its heap has grown after a collection; null: not known
     * @param residentBytesPerPoll the same of all its memory, as the system counts it; null: not known
     */
    public record Polls(
            int held,
            int confirmed,
            int woken,
            @Nullable Double lastWakeUpMillis,
            @Nullable Long heapBytesPerPoll,
            @Nullable Long residentBytesPerPoll) {}

    /**
     * Our own server. Times of processors are those of its process, not of the generator, and say more than rates do
     * where others use the machine as well.
     *
     * @param cpuMicrosPerCall null: not known
     * @param baselineCpuMicrosPerCall null: not known
     * @param heapBytes in use after a collection in the end; null: not known
     * @param residentBytes in the end; null: not known
     */
    public record Server(
            @Nullable Double cpuMicrosPerCall,
            @Nullable Double baselineCpuMicrosPerCall,
            @Nullable Long heapBytes,
            @Nullable Long residentBytes) {}

    /** Whether anything went wrong. */
    public boolean hasErrors() {
        Polls held = polls;
        return baseline.errorCount() > 0
                || rows.stream().anyMatch(row -> row.errorCount() > 0)
                || (held != null && held.woken < held.confirmed);
    }

    static List<Row> rows(Load.Outcome outcome, Measures measures) {
        List<Row> rows = new ArrayList<>();
        for (Step step : Step.values()) {
            Histogram histogram = outcome.totals().get(step);
            Map<String, Long> errors = measures.errors(step);
            if (histogram != null || !errors.isEmpty()) {
                Histogram known = histogram == null ? Measures.empty() : histogram;
                rows.add(new Row(step, known, known.getTotalCount() / outcome.seconds(), errors));
            }
        }
        return rows;
    }
}

package io.otphandler.bootstrap.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * A report as one page that needs nothing beside it: the table, latencies by percentile, rate and latencies over time,
 * drawn in SVG, in the colours of day or night as the reader's system has it.
 */
public final class HtmlReport {

    private static final double[] PERCENTILES = {50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99};
    private static final int WIDTH = 760;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 16;
    private static final int BOTTOM = 40;
    private static final int COLOURS = 8;

    private static final String STYLE = """
            :root{color-scheme:light dark;--paper:#fff;--ink:#1c1e21;--faint:#656b73;--grid:#e2e5e9;
            --c0:#0b62c4;--c1:#c2410c;--c2:#15803d;--c3:#8b2fb5;--c4:#a16207;--c5:#0e7490;--c6:#be123c;--c7:#4d5a6b}
            @media (prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e8eaed;--faint:#9aa1aa;--grid:#2f343a;
            --c0:#6cb2ff;--c1:#ff9d66;--c2:#5fd38a;--c3:#d29bf0;--c4:#e3b84e;--c5:#55c7dd;--c6:#ff8197;--c7:#aab6c6}}
            body{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;max-width:800px;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.5rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}p{margin:.3rem 0}
            .faint,text{color:var(--faint);fill:var(--faint)}text{font-size:12px}
            .scroll{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}
            th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--grid)}th:first-child,td:first-child{text-align:left}
            svg{width:100%;height:auto}.grid{stroke:var(--grid)}.line{fill:none;stroke-width:2;stroke-linejoin:round}
            .key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:13px}.key i{display:inline-block;width:14px;height:3px;vertical-align:middle;margin-right:5px}
            .bad{color:var(--c6)}
            """;

    private HtmlReport() {}

    public static String of(Report report) {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
                .append("<meta name=\"viewport\" content=\"width=device-width\"/><title>otp-handler bench: ")
                .append(escaped(report.scenario()))
                .append("</title><style>\n")
                .append(STYLE);
        for (int i = 0; i < COLOURS; i++) {
            page.append(String.format(".l%d{stroke:var(--c%d)}.k%d{background:var(--c%d)}", i, i, i, i));
        }
        page.append("\n</style></head><body>\n<h1>otp-handler bench: ")
                .append(escaped(report.scenario()))
                .append("</h1>\n");
        head(page, report);
        table(page, report);
        List<Report.Row> drawn =
                report.rows().stream().filter(row -> row.count() > 0).toList();
        page.append("<h2>Latency by percentile, ms</h2>\n");
        percentiles(page, drawn);
        page.append("<h2>Calls per second over time</h2>\n");
        overTime(page, report, List.of(new Line("all calls", Load.Slice::rate)));
        page.append("<h2>Latency of all calls over time, ms</h2>\n");
        overTime(
                page,
                report,
                List.of(new Line("p50", slice -> slice.p50() / 1e3), new Line("p99", slice -> slice.p99() / 1e3)));
        return page.append("</body></html>\n").toString();
    }

    private static void head(StringBuilder page, Report report) {
        page.append(String.format(
                Locale.ROOT,
                "<p class=\"faint\">%s, %d clients, %.1f s after %.1f s of warm-up</p>%n",
                escaped(report.store()),
                report.clients(),
                report.seconds(),
                report.warmUpSeconds()));
        Double ratio = report.ratio();
        page.append(String.format(Locale.ROOT, "<p><b>%.0f calls per second", report.callsPerSecond()));
        if (ratio != null) {
            page.append(String.format(Locale.ROOT, ", %.2f of a server that does nothing", ratio));
        }
        page.append("</b></p>\n");
        Report.Polls polls = report.polls();
        if (polls != null) {
            page.append(String.format(
                    "<p>%d polls held, %d confirmed in a burst, %d woken</p>%n",
                    polls.held(), polls.confirmed(), polls.woken()));
        }
    }

    private static void table(StringBuilder page, Report report) {
        page.append("<h2>Calls, times in ms</h2>\n<div class=\"scroll\"><table><tr><th></th><th>per s</th><th>p50</th>")
                .append("<th>p90</th><th>p99</th><th>p99.9</th><th>max</th><th>errors</th></tr>\n");
        List<Report.Row> rows = new ArrayList<>(report.rows());
        rows.add(report.baseline());
        for (Report.Row row : rows) {
            page.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s</td><td>%.0f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%d</td></tr>%n",
                    escaped(row.step().label()),
                    row.rate(),
                    row.millisAt(50),
                    row.millisAt(90),
                    row.millisAt(99),
                    row.millisAt(99.9),
                    row.maxMillis(),
                    row.errorCount()));
        }
        page.append("</table></div>\n");
        for (Report.Row row : rows) {
            row.errors()
                    .forEach((what, count) -> page.append(String.format(
                            "<p class=\"bad\">%s, %d times: %s</p>%n",
                            escaped(row.step().label()), count, escaped(what))));
        }
    }

    /** The further to the right, the rarer: each of nine, 0.9, 0.99 … is as wide as the one before. */
    private static void percentiles(StringBuilder page, List<Report.Row> rows) {
        double top = rows.stream().mapToDouble(row -> row.millisAt(99.99)).max().orElse(1);
        Scale y = new Scale(top);
        Chart chart = new Chart(y);
        double widest = rarity(PERCENTILES[PERCENTILES.length - 1]);
        double first = rarity(PERCENTILES[0]);
        for (double percentile : PERCENTILES) {
            chart.tick(part(rarity(percentile), first, widest), "p" + plain(percentile));
        }
        for (Report.Row row : rows) {
            List<double[]> points = new ArrayList<>();
            for (double percentile : PERCENTILES) {
                points.add(new double[] {part(rarity(percentile), first, widest), row.millisAt(percentile)});
            }
            chart.line(row.step().label(), points);
        }
        page.append(chart.drawn());
    }

    private record Line(String label, ToDoubleFunction<Load.Slice> value) {}

    private static void overTime(StringBuilder page, Report report, List<Line> lines) {
        List<Load.Slice> slices = report.slices();
        double top = slices.stream()
                .flatMapToDouble(slice -> lines.stream().mapToDouble(line -> line.value.applyAsDouble(slice)))
                .max()
                .orElse(1);
        Chart chart = new Chart(new Scale(top));
        double end = slices.isEmpty() ? 1 : slices.get(slices.size() - 1).at();
        Scale x = new Scale(end);
        for (double at = 0; at <= end; at += x.step) {
            chart.tick(at / end, plain(at) + " s");
        }
        for (Line line : lines) {
            chart.line(
                    line.label,
                    slices.stream()
                            .map(slice -> new double[] {slice.at() / end, line.value.applyAsDouble(slice)})
                            .toList());
        }
        page.append(chart.drawn());
    }

    private static double rarity(double percentile) {
        return -Math.log10(1 - percentile / 100);
    }

    private static double part(double value, double from, double to) {
        return (value - from) / (to - from);
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(Math.round(number * 1e4) / 1e4);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** From 0 to a round number that is not less than the top, in steps of 1, 2 or 5 times a power of ten. */
    private static final class Scale {
        private final double step;
        private final double top;

        Scale(double highest) {
            double wanted = Math.max(highest, 1e-6) / 5;
            double power = Math.pow(10, Math.floor(Math.log10(wanted)));
            double rounded = 10;
            for (double candidate : new double[] {1, 2, 5}) {
                if (candidate * power >= wanted * 0.9999) {
                    rounded = candidate;
                    break;
                }
            }
            step = rounded * power;
            top = Math.ceil(Math.max(highest, 1e-6) / step - 1e-9) * step;
        }
    }

    /** Lines over a grid. */
    private static final class Chart {
        private final Scale y;
        private final StringBuilder svg = new StringBuilder();
        private final StringBuilder key = new StringBuilder("<div class=\"key\">");
        private int lines;

        Chart(Scale y) {
            this.y = y;
            svg.append(String.format("<svg viewBox=\"0 0 %d %d\" role=\"img\">%n", WIDTH, HEIGHT));
            for (double value = 0; value <= y.top * 1.0001; value += y.step) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>%n",
                        LEFT,
                        WIDTH - RIGHT,
                        y(value),
                        y(value),
                        LEFT - 8,
                        y(value) + 4,
                        plain(value)));
            }
        }

        /** @param part of the width, from 0 to 1 */
        void tick(double part, String label) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>%n",
                    x(part),
                    HEIGHT - BOTTOM + 20,
                    escaped(label)));
        }

        /** @param points each a part of the width and a value */
        void line(String label, List<double[]> points) {
            int colour = lines++ % COLOURS;
            svg.append(String.format("<polyline class=\"line l%d\" points=\"", colour));
            points.forEach(point -> svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point[0]), y(point[1]))));
            svg.append(String.format("\"><title>%s</title></polyline>%n", escaped(label)));
            key.append(String.format("<span><i class=\"k%d\"></i>%s</span>", colour, escaped(label)));
        }

        String drawn() {
            return svg + "</svg>\n" + key + "</div>\n";
        }

        private static double x(double part) {
            return LEFT + part * (WIDTH - LEFT - RIGHT);
        }

        private double y(double value) {
            return HEIGHT - BOTTOM - value / y.top * (HEIGHT - TOP - BOTTOM);
        }
    }
}

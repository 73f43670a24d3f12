package io.otphandler.bootstrap;

import io.otphandler.adapter.http.HttpSettings;
import io.otphandler.adapter.http.NoopHttpServer;
import io.otphandler.bootstrap.bench.ServiceProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The program as {@code bench} starts it for itself: the same commands, or the server that does nothing; it tells of its
 * memory and its compilers when it is asked on its standard input, and ends when that does. Not a command: nobody else
 * calls it.
 */
final class BenchProcess {

    /** The argument that makes it the server that does nothing. */
    static final String NOOP = "noop";

    private BenchProcess() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 1 && args[0].equals(NOOP)) {
            NoopHttpServer server = new NoopHttpServer(HttpSettings.DEFAULT);
            server.start();
            System.out.println(ServiceProcess.LISTENING + "http://127.0.0.1:" + server.port());
        } else {
            int status = Main.run(args);
            if (status != ServeCommand.SERVING) {
                System.exit(status);
            }
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.equals(ServiceProcess.MEMORY)) {
                System.gc();
                System.out.println(ServiceProcess.MEMORY + " "
                        + ManagementFactory.getMemoryMXBean()
                                .getHeapMemoryUsage()
                                .getUsed());
            } else if (line.equals(ServiceProcess.COMPILING)) {
                System.out.println(ServiceProcess.COMPILING + " " + compilingMillis());
            }
        }
        System.exit(Main.DONE);
    }

    private static long compilingMillis() {
        CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
        return compilers == null || !compilers.isCompilationTimeMonitoringSupported()
                ? 0
                : compilers.getTotalCompilationTime();
    }
}

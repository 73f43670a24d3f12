package io.otphandler.adapter.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Judges whether a request was made on this machine. That it came over the loopback interface is not enough: so does
 * what a reverse proxy on this machine passes on, and what a page from elsewhere asks after its host's name has been
 * pointed here (DNS rebinding). Never asks a name service.
 */
final class Loopback {
    private static final Pattern HOST =
            Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1])(?::[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);

    private Loopback() {}

    static boolean isFromHere(Call call) {
        Map<String, List<String>> headers = call.headers();
        // HTTP/2 names the host elsewhere
        headers.putIfAbsent("host", List.of(call.authority()));
        return isFromHere(call.remoteAddress(), call.protocol(), headers);
    }

    /**
     * Whether it was.
     *
     * @param remoteAddress a literal
     * @param headers by their names in lower case
     */
    static boolean isFromHere(String remoteAddress, String protocol, Map<String, List<String>> headers) {
        List<String> hosts = headers.getOrDefault("host", List.of());
        return isLoopback(remoteAddress)
                && hosts.size() == 1
                && HOST.matcher(hosts.get(0)).matches()
                // a proxy that names nobody may still be told by its HTTP/1.0, which no browser speaks
                && !protocol.equals("HTTP/1.0")
                && headers.keySet().stream().noneMatch(Loopback::isProxys);
    }

    private static boolean isProxys(String header) {
        return header.equals("forwarded")
                || header.startsWith("x-forwarded-")
                || header.equals("x-real-ip")
                || header.equals("via");
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}

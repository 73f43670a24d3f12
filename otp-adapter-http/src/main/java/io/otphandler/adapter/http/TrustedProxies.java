package io.otphandler.adapter.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells whose a connection is where proxies stand between: each adds to {@code X-Forwarded-For} whom it was asked by, so
 * what it says is believed from the right, for as long as it was a trusted one that said it. Immutable.
 */
final class TrustedProxies {
    private static final Pattern BRACKETED = Pattern.compile("\\[([^]]*)](?::\\d{1,5})?");
    private static final Pattern PARTS = Pattern.compile("([^/]+)(?:/(\\d{1,3}))?");
    private static final Pattern WITH_PORT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3}){3}):\\d{1,5}");

    private final List<Network> networks;

    /** @param networks addresses, or networks such as {@code 10.0.0.0/8}; what is neither is nobody's */
    TrustedProxies(List<String> networks) {
        this.networks =
                networks.stream().flatMap(text -> Network.of(text).stream()).toList();
    }

    /**
     * The address of whoever asks.
     *
     * @param connection where the request came from
     * @param forwardedFor the values of {@code X-Forwarded-For}, separated by commas; null: none
     */
    String clientOf(String connection, @Nullable String forwardedFor) {
        String client = plain(connection);
        String[] hops = forwardedFor == null ? new String[0] : forwardedFor.split(",", -1);
        for (int i = hops.length - 1; i >= 0 && isTrusted(client); i--) {
            String hop = plain(hops[i]);
            if (!ClientAddress.isLiteral(hop)) {
                break;
            }
            client = hop;
        }
        return client;
    }

    private boolean isTrusted(String address) {
        byte[] bytes = bytes(address);
        return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /** Without port, brackets and zone. */
    private static String plain(String text) {
        String address = text.strip();
        Matcher bracketed = BRACKETED.matcher(address);
        Matcher withPort = WITH_PORT.matcher(address);
        if (bracketed.matches()) {
            address = bracketed.group(1);
        } else if (withPort.matches()) {
            address = withPort.group(1);
        }
        int zone = address.indexOf('%');
        return zone < 0 ? address : address.substring(0, zone);
    }

    /** Null: that is no address. */
    private static byte @Nullable [] bytes(String address) {
        if (!ClientAddress.isLiteral(address)) {
            return null;
        }
        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** A network; an address is one of its own. */
    static final class Network {
        private final byte[] address;
        private final int bits;

        private Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        /** Empty: the text is none. */
        static Optional<Network> of(String text) {
            Matcher parts = PARTS.matcher(text);
            byte[] address = parts.matches() ? bytes(parts.group(1)) : null;
            if (address == null) {
                return Optional.empty();
            }
            int most = address.length * 8;
            int bits = parts.group(2) == null ? most : Integer.parseInt(parts.group(2));
            return bits <= most ? Optional.of(new Network(address, bits)) : Optional.empty();
        }

        boolean contains(byte[] other) {
            int whole = bits / 8;
            if (other.length != address.length || !Arrays.equals(other, 0, whole, address, 0, whole)) {
                return false;
            }
            int shift = 8 - bits % 8;
            return shift == 8 || (other[whole] & 0xff) >> shift == (address[whole] & 0xff) >> shift;
        }
    }
}

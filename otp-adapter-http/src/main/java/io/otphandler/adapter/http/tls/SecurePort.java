package io.otphandler.adapter.http.tls;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What speaks TLS 1.3 and 1.2 on a port, and within it HTTP/2 with those who ask for it (ALPN), HTTP/1.1 with all
 * others. Its certificate can be renewed while it serves. Thread-safe.
 */
public final class SecurePort {
    private static final Logger log = LoggerFactory.getLogger(SecurePort.class);

    /** Beside what Jetty leaves out itself: what HTTP/2 does not allow, and what costs a server more than its client. */
    private static final String[] NOT_THESE_EITHER = {"^.*_CBC_.*$", "^TLS_DHE_.*$"};

    /** What a client may send of bodies before somebody has read them. Ours have 16 KiB, callbacks up to 256. */
    private static final int STREAM_WINDOW = 64 * 1024;

    private static final int SESSION_WINDOW = 256 * 1024;

    private final CertificateFiles files;
    private final Duration handshakeTimeout;
    private final SslContextFactory.Server context = new SslContextFactory.Server();
    private byte[] fingerprint;
    private ServerKeys served;

    /**
     * Reads the certificate.
     *
     * @param handshakeTimeout within which TLS must have been agreed on
     * @throws FaultyCertificateException when it cannot be served
     */
    public SecurePort(CertificateFiles files, Duration handshakeTimeout) {
        this.files = files;
        this.handshakeTimeout = handshakeTimeout;
        CertificateFiles.Contents contents = files.contents();
        this.fingerprint = contents.fingerprint();
        this.served = contents.keys();
        context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        context.addExcludeCipherSuites(NOT_THESE_EITHER);
        context.setRenegotiationAllowed(false);
        serve(context, served);
        warnIfOver(served);
    }

    /**
     * Speaks them, for one port.
     *
     * @param http1 whose configuration is changed so that it knows of TLS; HTTP/2 goes by it as well
     * @param scheduler of deadlines
     */
    public ConnectionFactory[] factories(HttpConnectionFactory http1, Scheduler scheduler) {
        HttpConfiguration http = http1.getHttpConfiguration();
        // whatever name it is reached by: there is one site here, and health checks come by address
        http.addCustomizer(new SecureRequestCustomizer(false));
        HTTP2ServerConnectionFactory h2 = new HTTP2ServerConnectionFactory(http);
        h2.setConnectProtocolEnabled(false);
        h2.setInitialStreamRecvWindow(STREAM_WINDOW);
        h2.setInitialSessionRecvWindow(SESSION_WINDOW);
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        SslConnectionFactory ssl = new SslConnectionFactory(context, alpn.getProtocol());
        ssl.addBean(new HandshakeDeadline(handshakeTimeout, scheduler));
        return new ConnectionFactory[] {ssl, alpn, h2, http1};
    }

    /**
     * Looks whether the files have changed, and then serves what is in them to new connections; those that are open go on.
     * What cannot be served is told in the log once, and the certificate before it goes on being served.
     */
    public synchronized void renew() {
        CertificateFiles.Contents contents;
        byte[] found;
        try {
            contents = files.contents();
            found = contents.fingerprint();
        } catch (FaultyCertificateException e) {
            refuse(new byte[0], e);
            return;
        }
        if (Arrays.equals(found, fingerprint)) {
            return;
        }
        try {
            ServerKeys keys = contents.keys();
            serveFromNowOn(keys);
            fingerprint = found;
            log.info("A renewed certificate is served, which ends at {}", keys.ends());
            warnIfOver(keys);
        } catch (FaultyCertificateException e) {
            refuse(found, e);
        }
    }

    private void refuse(byte[] what, FaultyCertificateException why) {
        if (!Arrays.equals(what, fingerprint)) {
            fingerprint = what;
            log.error("The certificate before goes on being served until {}. {}", served.ends(), why.getMessage());
        }
    }

    private void serveFromNowOn(ServerKeys keys) {
        try {
            context.reload(factory -> serve(factory, keys));
            served = keys;
        } catch (Exception e) {
            try {
                context.reload(factory -> serve(factory, served));
            } catch (Exception again) {
                throw new IllegalStateException("What was served before can be served again", again);
            }
            throw new FaultyCertificateException(
                    files.certificate().isPresent() ? CertificateFiles.CERTIFICATE : CertificateFiles.KEY_STORE,
                    "expected what TLS can use: " + e.getMessage());
        }
    }

    private static void serve(SslContextFactory factory, ServerKeys keys) {
        factory.setKeyStore(keys.store());
        factory.setKeyStorePassword(keys.password());
    }

    private static void warnIfOver(ServerKeys keys) {
        if (keys.ends().isBefore(Instant.now())) {
            log.warn("The certificate that is served ended at {}", keys.ends());
        }
    }
}

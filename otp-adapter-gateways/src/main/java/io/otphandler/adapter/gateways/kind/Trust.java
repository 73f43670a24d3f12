package io.otphandler.adapter.gateways.kind;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are believed: the platform's authorities, or those of a file. Stateless. */
public final class Trust {

    private Trust() {}

    /** Reads the key {@code trustFile}: certificates in PEM, in place of the platform's; not given: the platform's. */
    public static SSLSocketFactory read(Keys keys) {
        String file = keys.optionalText("trustFile").orElse("");
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, file.isEmpty() ? null : trusting(Path.of(file)).getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            keys.fault(
                    "trustFile", "expected a file of certificates in PEM, was " + file + " (" + e.getMessage() + ")");
            return (SSLSocketFactory) SSLSocketFactory.getDefault();
        }
    }

    private static TrustManagerFactory trusting(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("trusted" + store.size(), certificate);
            }
        }
        if (store.size() == 0) {
            throw new IOException("there is no certificate in it");
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust;
    }
}

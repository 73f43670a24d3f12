package io.otphandler.adapter.http.tls;

/** A certificate or its private key that cannot be served. Says which setting names it; nothing of a key is in it. */
public final class FaultyCertificateException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String fault;

    FaultyCertificateException(String key, String fault) {
        super(key + ": " + fault);
        this.key = key;
        this.fault = fault;
    }

    /** The setting's name, such as {@code http.tls.certificateFile}. */
    public String key() {
        return key;
    }

    /** What was expected, and what there was instead. */
    public String fault() {
        return fault;
    }
}

package io.otphandler.adapter.http.token;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

/** A key pair of each kind, made when they are first asked for, as that takes a while. */
final class TestKeys {
    static final KeyPair RSA = generated("RSA");
    static final KeyPair EC = generated("EC");
    static final KeyPair ED = generated("Ed25519");

    private TestKeys() {}

    private static KeyPair generated(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            } else if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.otphandler.adapter.gateways.kind;

/** A kind of gateway, as the configuration's {@code kind} names it. Stateless. */
public interface GatewayKind {

    /** Such as {@code smpp}. */
    String name();

    /**
     * Understands the settings of one gateway. All that is wrong is told to the keys; what is returned then is not used.
     *
     * @param gateway the gateway's own name
     */
    GatewayPlan read(String gateway, Keys keys);

    /** Whether failures of its provider keep it from being tried for a while. */
    default boolean isGuarded() {
        return true;
    }
}

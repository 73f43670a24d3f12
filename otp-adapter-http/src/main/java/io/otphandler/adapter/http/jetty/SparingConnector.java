package io.otphandler.adapter.http.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Spares a call of the system for each request: Jetty reads once more after each, to learn that there is nothing yet,
 * before it waits for more. Where a read left room in the buffer there was no more; what has come since, the end
 * included, is told to whoever waits. Thread-safe.
 */
public final class SparingConnector extends ServerConnector {

    /** As {@link ServerConnector} has it, with Jetty's own executor, scheduler and buffers. */
    public SparingConnector(Server server, int acceptors, int selectors, ConnectionFactory... protocols) {
        super(server, null, null, null, acceptors, selectors, protocols);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint = new Sparing(channel, selector, key, getScheduler());
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    private static final class Sparing extends SocketChannelEndPoint {
        /** Whether there was no more by the last read, and nobody has waited since. */
        private volatile boolean drained;

        Sparing(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public int fill(ByteBuffer buffer) throws IOException {
            if (drained) {
                return 0;
            }
            int room = BufferUtil.space(buffer);
            int filled = super.fill(buffer);
            drained = filled > 0 && filled < room;
            return filled;
        }

        @Override
        protected void needsFillInterest() {
            drained = false;
            super.needsFillInterest();
        }
    }
}

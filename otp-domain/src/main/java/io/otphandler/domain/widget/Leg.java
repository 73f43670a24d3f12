package io.otphandler.domain.widget;

import io.otphandler.domain.channel.Channel;
import io.otphandler.domain.channel.Template;

/**
 * A channel on a session's way, and the template that it uses there.
 *
 * @param channelIndex of the channel in the widget
 * @param templateIndex of the template in the channel
 */
public record Leg(int channelIndex, int templateIndex, Channel channel, Template template) {}

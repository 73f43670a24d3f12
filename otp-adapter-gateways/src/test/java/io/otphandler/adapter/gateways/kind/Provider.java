package io.otphandler.adapter.gateways.kind;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A provider's HTTP API in this process, that answers as told. */
public final class Provider implements AutoCloseable {

    private final WireMockServer server = new WireMockServer(wireMockConfig().dynamicPort());

    public Provider() {
        server.start();
    }

    public String url() {
        return server.baseUrl();
    }

    /** Answers everything so from now on. */
    public void answer(int status, String body) {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody(body)));
    }

    /** Answers one path so from now on. */
    public void answer(String path, int status, String body) {
        server.stubFor(any(urlPathEqualTo(path))
                .willReturn(aResponse().withStatus(status).withBody(body)));
    }

    /** Breaks every connection, after the request has come. */
    public void hangUp() {
        server.stubFor(any(anyUrl()).willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    }

    /** All that came, the oldest first. */
    public List<LoggedRequest> requests() {
        List<LoggedRequest> requests = new ArrayList<>(server.getAllServeEvents().stream()
                .map(event -> event.getRequest())
                .toList());
        Collections.reverse(requests);
        return requests;
    }

    /** All that came to one path, the oldest first. */
    public List<LoggedRequest> requests(String path) {
        return requests().stream()
                .filter(request -> request.getUrl().replaceFirst("\\?.*", "").equals(path))
                .toList();
    }

    public LoggedRequest last() {
        return requests().get(requests().size() - 1);
    }

    public static JsonNode json(LoggedRequest request) {
        return json(request.getBodyAsString());
    }

    /** With single quotes for double ones. */
    public static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}

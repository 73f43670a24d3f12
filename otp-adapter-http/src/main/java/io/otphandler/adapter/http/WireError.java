package io.otphandler.adapter.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Every error that the API answers: its type and status, which never vary, and its message in both languages. The first
 * part is the wire contract's, whose Russian is not ours to improve; the second is our own.
 */
enum WireError {
    RESEND_CHANNEL(400, "ResendChannelException", "Перезапустите канал", "Restart the channel"),
    ATTEMPTS_EXPIRED(
            400,
            "AttemptsExpiredException",
            "Количество попыток ввода кода исчерпано, запустите попытку авторизации заново",
            "No attempts to enter the code are left, start the authentication again"),
    NO_AVAILABLE_CHANNELS(
            400,
            "NoAvailableChannelsException",
            "Нет подходящих каналов для отправки сообщения, запустите попытку авторизации заново",
            "There is no suitable channel to send the message over, start the authentication again"),
    SESSION_CLOSED(400, "SessionClosedException", "Сессия закрыта", "The session is closed"),
    CHANNEL_CHANGED(
            400,
            "ChannelChangedException",
            "Требуется сменить канал авторизации. Перезапросите текущий канал, чтобы отрисовать нужный для него"
                    + " компонент на frontend",
            "The channel has changed. Request the current channel again to draw the component that it needs"),
    INVALID_CODE(
            400,
            "InvalidCodeException",
            "Код, введенный пользователем, неправильный",
            "The code that the user entered is wrong"),
    IS_CODELESS_CHANNEL(403, "IsCodelessChannelException", "Канал безкодовый", "The channel has no code"),
    FORBIDDEN(403, "ForbiddenException", "Запрещено", "Forbidden"),
    WIDGET_IS_BLOCKED(
            403,
            "WidgetIsBlockedException",
            "Форма или пользователь заблокированы - обратитесь в поддержку",
            "The form or the user is blocked - contact support"),
    WIDGET_NOT_FOUND(404, "WidgetNotFoundException", "Форма не существует", "The form does not exist"),
    SESSION_NOT_FOUND(404, "SessionNotFoundException", "Сессия не найдена", "The session was not found"),
    LONG_POLLING_TIMEOUT(
            408,
            "LongPollingTimeoutException",
            "Истек timeout long-polling запроса. Запустие long-polling запрос заново",
            "The long-polling request timed out. Start it again"),
    PHONE_NUMBER_MISMATCH(
            409,
            "PhoneNumberMismatchException",
            "Номер телефона не совпадает с привязанным к текущей сессии.",
            "The phone number does not match the one of the current session."),
    RESTART_COOLDOWN_ACTIVE(
            409,
            "RestartCooldownActiveException",
            "Перезапуск недоступен: требуется подождать.",
            "A restart is not available yet: please wait."),
    SESSION_ALREADY_CONFIRMED(
            409, "SessionAlreadyConfirmedException", "Сессия уже подтверждена", "The session is confirmed already"),

    VALIDATE(400, "ValidateError", "Ошибка валидации", "The request is not valid"),
    UNAUTHORIZED(401, "UnauthorizedException", "Требуется авторизация", "Authorization is required"),
    NOT_FOUND(404, "NotFoundException", "Не найдено", "Not found"),
    METHOD_NOT_ALLOWED(405, "MethodNotAllowedException", "Метод не поддерживается", "The method is not allowed"),
    REQUEST_TIMEOUT(
            408, "RequestTimeoutException", "Запрос не был получен вовремя", "The request was not received in time"),
    PAYLOAD_TOO_LARGE(413, "PayloadTooLargeException", "Слишком большое тело запроса", "The request body is too large"),
    URI_TOO_LONG(414, "UriTooLongException", "Слишком длинный адрес запроса", "The request address is too long"),
    UNSUPPORTED_MEDIA_TYPE(
            415,
            "UnsupportedMediaTypeException",
            "Тип содержимого не поддерживается: ожидается application/json",
            "The content type is not supported: application/json is expected"),
    IDEMPOTENCY_KEY_REUSED(
            422,
            "IdempotencyKeyReusedException",
            "Ключ идемпотентности уже использован для другого запроса",
            "The idempotency key was already used for another request"),
    RATE_LIMIT(
            429, "RateLimitException", "Слишком много запросов, повторите позже", "Too many requests, try again later"),
    HEADERS_TOO_LARGE(
            431,
            "RequestHeaderFieldsTooLargeException",
            "Слишком большие заголовки запроса",
            "The request headers are too large"),
    INTERNAL(500, "InternalServerErrorException", "Внутренняя ошибка сервера", "Internal server error"),
    SERVICE_UNAVAILABLE(
            503,
            "ServiceUnavailableException",
            "Сервис временно недоступен, повторите запрос",
            "The service is temporarily unavailable, try again"),
    HTTP_VERSION(
            505,
            "HttpVersionNotSupportedException",
            "Версия HTTP не поддерживается",
            "The HTTP version is not supported");

    private final int status;
    private final String type;
    private final String russian;
    private final String english;

    WireError(int status, String type, String russian, String english) {
        this.status = status;
        this.type = type;
        this.russian = russian;
        this.english = english;
    }

    /** The one that Jetty means by a status; what is the client's fault in a way of its own is not valid. */
    static WireError ofStatus(int status) {
        return switch (status) {
            case 401 -> UNAUTHORIZED;
            case 403 -> FORBIDDEN;
            case 404 -> NOT_FOUND;
            case 405 -> METHOD_NOT_ALLOWED;
            case 408 -> REQUEST_TIMEOUT;
            case 413 -> PAYLOAD_TOO_LARGE;
            case 414 -> URI_TOO_LONG;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 429 -> RATE_LIMIT;
            case 431 -> HEADERS_TOO_LARGE;
            case 503 -> SERVICE_UNAVAILABLE;
            case 505 -> HTTP_VERSION;
            default -> status < 500 ? VALIDATE : INTERNAL;
        };
    }

    int status() {
        return status;
    }

    String type() {
        return type;
    }

    String message(Language language) {
        return switch (language) {
            case RU -> russian;
            case EN -> english;
        };
    }

    /** The envelope, to which a payload may be added. */
    ObjectNode json(Language language) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("message", message(language))
                .put("httpStatus", status);
    }
}

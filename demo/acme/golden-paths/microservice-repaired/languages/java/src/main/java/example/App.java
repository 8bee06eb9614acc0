package example;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;

/** ${{ values.name }} answers over HTTP. */
public final class App {
    static final String SERVICE = "${{ values.name }}";
    private static final Map<String, String> ANSWERS =
            Map.of("/", "{\"service\": \"" + SERVICE + "\"}", "/healthz", "{\"status\": \"ok\"}");

    private App() {}

    static HttpServer make(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", App::answer);
        return server;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String found = ANSWERS.get(exchange.getRequestURI().getPath());
        byte[] body = (found == null ? "{\"error\": \"not found\"}" : found).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(found == null ? 404 : 200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    public static void main(String[] arguments) throws IOException {
        HttpServer server = make(Integer.parseInt(System.getenv().getOrDefault("PORT", "8000")));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(20)));
        server.start();
    }
}

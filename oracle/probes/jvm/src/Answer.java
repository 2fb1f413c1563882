/** Prints the outcome of asking a chain, in the form that the oracle's runner reads. */
final class Answer {
    /** How a chain is asked: gives an access key id, or throws. An error of the JVM itself is left to end the process. */
    interface Question {
        String accessKeyId() throws Exception;
    }

    private Answer() {}

    static void of(Question question) {
        String line;
        try {
            line = "{\"credentials\": {\"access_key_id\": " + quoted(question.accessKeyId()) + "}}";
        } catch (Exception failure) {
            line = "{\"error\": " + quoted(failure.getClass().getSimpleName() + ": " + failure.getMessage()) + "}";
        }
        System.out.println(line);
        System.out.flush();
        // Background threads of a client would keep the process alive.
        Runtime.getRuntime().exit(0);
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(point -> out.append(escaped(point)));
        return out.append('"').toString();
    }

    private static String escaped(int point) {
        if (point == '"' || point == '\\') {
            return "\\" + (char) point;
        }
        return point < ' ' ? " " : Character.toString(point);
    }
}

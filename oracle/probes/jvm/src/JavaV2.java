import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** Asks the default chain of the AWS SDK for Java v2. */
final class JavaV2 {
    public static void main(String[] arguments) {
        Answer.of(() -> DefaultCredentialsProvider.create().resolveCredentials().accessKeyId());
    }
}

import com.amazonaws.auth.DefaultAWSCredentialsProviderChain;

/** Asks the default chain of the AWS SDK for Java v1. */
final class JavaV1 {
    public static void main(String[] arguments) {
        Answer.of(() -> DefaultAWSCredentialsProviderChain.getInstance().getCredentials().getAWSAccessKeyId());
    }
}

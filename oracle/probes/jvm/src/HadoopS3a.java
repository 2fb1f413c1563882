import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.auth.CredentialProviderListFactory;

/** Asks the credential providers that Hadoop's S3A client has by default. */
final class HadoopS3a {
    private static final URI BUCKET = URI.create("s3a://bucket/");

    public static void main(String[] arguments) {
        Answer.of(() -> CredentialProviderListFactory
            .createAWSCredentialProviderList(BUCKET, new Configuration())
            .resolveCredentials()
            .accessKeyId());
    }
}

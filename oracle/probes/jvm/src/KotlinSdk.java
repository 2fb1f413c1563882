import aws.sdk.kotlin.runtime.auth.credentials.DefaultChainCredentialsProvider;
import aws.smithy.kotlin.runtime.auth.awscredentials.Credentials;
import aws.smithy.kotlin.runtime.collections.AttributesKt;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;

/** Asks the default chain of the AWS SDK for Kotlin, whose suspending function Java can call as well. */
final class KotlinSdk {
    public static void main(String[] arguments) {
        Answer.of(KotlinSdk::accessKeyId);
    }

    private static String accessKeyId() throws Exception {
        DefaultChainCredentialsProvider chain = new DefaultChainCredentialsProvider();
        Object found = BuildersKt.runBlocking(
            EmptyCoroutineContext.INSTANCE,
            (scope, continuation) -> chain.resolve(AttributesKt.emptyAttributes(), continuation));
        return ((Credentials) found).getAccessKeyId();
    }
}

//! What API servers say of a webhook that they call in vain, and what each means.
//!
//! Source: the error texts of kube-apiserver and of the Go standard library's `net`, `crypto/tls` and `crypto/x509`.

/// Part of a text, what it means, and what to do.
type Word = (&'static str, &'static str, &'static str);

const OPEN_THE_PORT: &str = "open the webhook's port from the control plane to the nodes: security groups, NetworkPolicies, a CNI whose addresses \
                             the control plane cannot reach (use hostNetwork)";

const SHOW_A_CERTIFICATE: &str = "give the API server a certificate of that CA, or leave out --client-ca";

const COMPARE: &str = "compare the caBundle with the CA of the certificate; /readyz says whether they match";

const NAME_IT: &str = "add the Service's name to --tls-names or to the certificate";

/// The texts, those that say more before those that say less. The runbook has each.
pub const WORDS: &[Word] = &[
    ("no endpoints available", "the API server finds no ready endpoint", "look at the webhook's pods"),
    (
        "connection refused",
        "the API server's connection was refused",
        "see that the webhook listens where its Service points",
    ),
    (
        "connection reset by peer",
        "the API server's connection was cut off",
        "see whether the webhook's pods restart, or something between cuts connections",
    ),
    (
        "no such host",
        "the API server cannot resolve the webhook's name",
        "correct the url of the configuration",
    ),
    ("no route to host", "the API server has no route to the webhook", OPEN_THE_PORT),
    ("network is unreachable", "the API server has no route to the webhook", OPEN_THE_PORT),
    (
        "Address is not allowed",
        "the control plane does not call addresses of pods",
        "use hostNetwork, so that the webhook has the address of its node",
    ),
    ("context deadline exceeded", "the API server got no answer in time", OPEN_THE_PORT),
    ("Client.Timeout exceeded", "the API server got no answer in time", OPEN_THE_PORT),
    ("i/o timeout", "the API server got no connection in time", OPEN_THE_PORT),
    (
        "TLS handshake timeout",
        "the webhook does not finish handshakes in time",
        "see that its pods get CPU: set no limit",
    ),
    ("unknown authority", "the API server does not trust the certificate's CA", COMPARE),
    ("is valid for", "the certificate is for other names", NAME_IT),
    ("not valid for any names", "the certificate has no names", NAME_IT),
    (
        "certificate has expired",
        "the certificate has ended, or a clock is wrong",
        "renew it; with --tls managed see the webhook's log",
    ),
    ("certificate required", "the webhook demands a certificate of its caller", SHOW_A_CERTIFICATE),
    ("bad certificate", "the webhook refuses the API server's certificate", SHOW_A_CERTIFICATE),
    (
        "server gave HTTP response to HTTPS client",
        "something that is not the webhook listens there",
        "compare the Service's targetPort with --listen",
    ),
    (
        "unable to handle the request",
        "the webhook turned the review away: too many at a time",
        "run more replicas, or raise --max-requests",
    ),
    (
        "expected webhook response",
        "something that is not the webhook answers there",
        "look at the Service's endpoints",
    ),
];

/// What a message means and what to do about it, as far as it is known.
pub(super) fn understood(message: &str) -> Option<(&'static str, &'static str)> {
    let known = WORDS.iter().find(|(text, ..)| message.contains(text));
    known.map(|(_, what, remedy)| (*what, *remedy))
}

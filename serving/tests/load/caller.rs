//! A caller as the API server and AWS's SDKs are: it keeps a connection, and opens another when that was closed.

use hyper::StatusCode;

use super::connection::Client;

/// Asks again and again, for as long as it should go on and connections are taken. Gives the number of answers.
///
/// Fails when a request is lost, or answered otherwise than expected.
pub(crate) async fn keep_asking(
    connect: impl AsyncFn() -> std::io::Result<Client>,
    ask: impl AsyncFn(&mut Client) -> Result<StatusCode, hyper::Error>,
    expected: StatusCode,
    goes_on: impl Fn() -> bool,
) -> usize {
    let mut answered = 0;
    let mut client = connect().await.unwrap();
    while goes_on() {
        if !client.is_open() {
            let Ok(fresh) = connect().await else { break };
            client = fresh;
        }
        match ask(&mut client).await {
            Ok(status) => {
                assert_eq!(status, expected);
                answered += 1;
            }
            // The last answer announced the close, so nothing of this request was sent.
            Err(error) => assert!(error.is_canceled() || error.is_closed(), "a request was lost: {error}"),
        }
    }
    answered
}

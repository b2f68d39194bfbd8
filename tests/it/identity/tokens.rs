//! Access tokens: what else than one of ours is presented, nobody is let in.

use support::api::TestApi;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_token_of_ours_lets_nobody_in() {
    let api = TestApi::shared().await;
    let ana = api.person();
    let (head, rest) = ana.token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    // {"alg":"none","typ":"at+jwt"}
    let none = "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0";
    let cut = &ana.token[..ana.token.len() - 2];
    for token in [
        "",
        "x",
        &format!("{none}.{claims}."),
        &format!("{none}.{claims}.{signature}"),
        &format!("{head}.{claims}."),
        cut,
        &format!("{}{}", ana.token, "x".repeat(5_000)),
    ] {
        let answer = api.get("/auth/verify").bearer(token).send().expect(401);
        assert!(answer.header("www-authenticate").is_some());
    }
    api.get("/auth/verify").header("authorization", &format!("Basic {}", ana.token)).send().expect(401);
    api.get(&format!("/auth/verify?access_token={}", ana.token)).send().expect(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_key_is_published_and_the_private_one_is_not() {
    let api = TestApi::shared().await;
    let answer = api.get("/.well-known/jwks.json").send().expect(200);
    assert_eq!(answer.text("/keys/0/crv"), "Ed25519");
    assert!(answer.at("/keys/0").get("d").is_none());
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
}

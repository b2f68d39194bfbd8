//! Comments.

use super::super::site::{place, record};
use super::Played;

#[tokio::test]
async fn a_comment_is_made_listed_edited_and_deleted() {
    let played = Played::start("comments", "comment_and_back").await;
    let connection = played.connect();
    let made = connection.add_comment(place(), record(1), "Call back, please", None).await.unwrap();
    assert_eq!((made.author.name.as_deref(), made.last_updated_time), (Some("Ana"), None));
    let page = connection.comments(place(), record(1), None).await.unwrap();
    assert_eq!((page.comments, page.offset), (vec![made.clone()], None));
    let edited = connection.edit_comment(place(), record(1), made.id, "Done").await.unwrap();
    assert_eq!((edited.id, edited.text.as_str()), (made.id, "Done"));
    assert!(edited.last_updated_time.is_some());
    connection.delete_comment(place(), record(1), made.id).await.unwrap();
    played.end();
}

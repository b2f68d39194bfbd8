//! What is kept comes back, to its tenant alone; what was not finished was never there.

use std::time::Duration;

use super::*;

struct Place {
    folder: tempfile::TempDir,
    blobs: FolderBlobs,
}

fn opened() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(folder.path()).unwrap();
    Place { folder, blobs }
}

fn tenant(text: &str) -> TenantId {
    TenantId::new(text).unwrap()
}

async fn kept(blobs: &FolderBlobs, of: &str, bytes: &[u8]) -> BlobHash {
    let mut incoming = blobs.begin(&tenant(of), u64::MAX).await.unwrap();
    for piece in bytes.chunks(100_000) {
        incoming.write(piece).await.unwrap();
    }
    incoming.finish().await.unwrap().hash
}

async fn read(blobs: &FolderBlobs, of: &str, hash: BlobHash, range: Range<u64>) -> Vec<u8> {
    let mut outgoing = blobs.read(&tenant(of), hash, range).await.unwrap();
    let mut all = Vec::new();
    while let Some(bytes) = outgoing.next().await.unwrap() {
        all.extend(bytes);
    }
    all
}

/// Every file below the folder.
fn files(place: &Place) -> usize {
    fn count(folder: &FilePath) -> usize {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }
    count(place.folder.path())
}

#[tokio::test]
async fn bytes_come_back_under_their_hash() {
    let place = opened();
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
    let hash = kept(&place.blobs, "ten_1", &bytes).await;
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
    assert_eq!(hash.as_bytes(), digest.as_ref());
    assert_eq!(place.blobs.size(&tenant("ten_1"), hash).await, Ok(1_000_000));
    assert_eq!(read(&place.blobs, "ten_1", hash, 0..1_000_000).await, bytes);
    assert_eq!(read(&place.blobs, "ten_1", hash, 999_990..2_000_000).await, bytes[999_990..]);
    assert!(read(&place.blobs, "ten_1", hash, 7..7).await.is_empty());
}

#[tokio::test]
async fn the_same_bytes_lie_there_once_and_nothing_may_be_nothing() {
    let place = opened();
    assert_eq!(kept(&place.blobs, "ten_1", b"a").await, kept(&place.blobs, "ten_1", b"a").await);
    assert_eq!(files(&place), 1);
    let nothing = kept(&place.blobs, "ten_1", b"").await;
    assert_eq!(place.blobs.size(&tenant("ten_1"), nothing).await, Ok(0));
}

#[tokio::test]
async fn another_tenant_does_not_have_them() {
    let place = opened();
    let hash = kept(&place.blobs, "ten_1", b"a").await;
    assert_eq!(place.blobs.size(&tenant("ten_2"), hash).await, Err(BlobFault::Missing));
    assert!(place.blobs.read(&tenant("ten_2"), hash, 0..1).await.is_err());
}

#[tokio::test]
async fn what_is_too_much_leaves_nothing() {
    let place = opened();
    let mut incoming = place.blobs.begin(&tenant("ten_1"), 10).await.unwrap();
    incoming.write(&[0; 10]).await.unwrap();
    assert!(incoming.write(&[0]).await.is_err());
    assert_eq!(incoming.finish().await, Err(BlobFault::TooLarge));
    wait_until_empty(&place).await;
}

#[tokio::test]
async fn what_was_not_finished_was_never_there() {
    let place = opened();
    let mut incoming = place.blobs.begin(&tenant("ten_1"), 1_000_000).await.unwrap();
    incoming.write(&[0; 500_000]).await.unwrap();
    assert_eq!(files(&place), 1);
    drop(incoming);
    wait_until_empty(&place).await;
}

/// Files are taken away behind whoever let them go.
async fn wait_until_empty(place: &Place) {
    let empty = async {
        while files(place) > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), empty).await.expect("nothing is left");
}

#[tokio::test]
async fn what_a_killed_process_left_is_swept_once_it_is_old() {
    let place = opened();
    let left = place.folder.path().join(UNFINISHED);
    std::fs::create_dir(&left).unwrap();
    std::fs::write(left.join("1f#1"), b"half").unwrap();
    assert_eq!(place.blobs.sweep(), Ok(0));
    assert_eq!(sweep::sweep(&left, Duration::ZERO).unwrap(), 1);
    assert_eq!(files(&place), 0);
}

#[tokio::test]
async fn all_of_a_tenant_is_forgotten_and_nothing_of_another() {
    let place = opened();
    let (one, other) = (kept(&place.blobs, "ten_1", b"a").await, kept(&place.blobs, "ten_2", b"a").await);
    place.blobs.forget_all(&tenant("ten_1")).await.unwrap();
    assert_eq!(place.blobs.size(&tenant("ten_1"), one).await, Err(BlobFault::Missing));
    assert_eq!(place.blobs.size(&tenant("ten_2"), other).await, Ok(1));
    place.blobs.forget_all(&tenant("ten_3")).await.unwrap();
}

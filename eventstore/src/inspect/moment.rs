//! Where in the log a moment lies. Times of batches never go back, so it is found by halving.

use jiff::Timestamp;

use super::Inspector;

impl Inspector {
    /// The last position that was recorded at a time or before it; zero when nothing was.
    pub async fn position_at(&self, time: Timestamp) -> sqlx::Result<i64> {
        self.last_of(|recorded_at| recorded_at <= time).await
    }

    /// The last position that was recorded before a time.
    pub async fn position_before(&self, time: Timestamp) -> sqlx::Result<i64> {
        self.last_of(|recorded_at| recorded_at < time).await
    }

    /// The last position of the batches that are so, which are the first ones of the log.
    async fn last_of(&self, is_so: impl Fn(Timestamp) -> bool) -> sqlx::Result<i64> {
        let (mut so, mut end) = (0, self.end().await?.position);
        while so < end {
            let (first, last, recorded_at): (i64, i64, jiff_sqlx::Timestamp) = sqlx::query_as(
                "select first_position, last_position, recorded_at from log_batches
                 where last_position >= $1 order by last_position limit 1",
            )
            .bind(end - (end - so) / 2)
            .fetch_one(&self.pool)
            .await?;
            if is_so(recorded_at.to_jiff()) {
                so = last;
            } else {
                end = first - 1;
            }
        }
        Ok(so)
    }
}

//! What a task's contracts log, in the debug package only.

/// The most that the lines of one task hold together, in bytes, each with its end; a bad contract would fill the enclave.
const KEPT_BYTES: usize = 64 << 10;
/// Stands behind the last line where there were more.
pub const CUT: &str = "[the task logged more than 64 KiB: the rest is cut]";

/// Lines in the order in which they were logged, up to a bound.
#[derive(Default)]
pub struct DebugLog {
    lines: Vec<String>,
    bytes: usize,
    cut: bool,
}

impl DebugLog {
    /// Adds a line, or as much of it as there is room for.
    pub fn push(&mut self, message: &[u8]) {
        if self.cut {
            return;
        }
        let room = KEPT_BYTES.saturating_sub(self.bytes);
        // A bad byte becomes three: cut before, so that no long message is copied, and after.
        let mut line = String::from_utf8_lossy(message.get(..room).unwrap_or(message)).into_owned();
        self.cut = message.len() >= room || line.len() >= room;
        line.truncate(line.floor_char_boundary(room));
        self.bytes = self.bytes.saturating_add(line.len()).saturating_add(1);
        self.lines.push(line);
        if self.cut {
            self.lines.push(CUT.into());
        }
    }

    /// Takes the lines.
    pub fn take(&mut self) -> Vec<String> {
        std::mem::take(self).lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logged(messages: impl IntoIterator<Item = Vec<u8>>) -> Vec<String> {
        let mut log = DebugLog::default();
        messages.into_iter().for_each(|message| log.push(&message));
        log.take()
    }

    fn size(lines: &[String]) -> usize {
        lines.iter().map(|line| line.len() + 1).sum()
    }

    #[test]
    fn a_few_lines_stand_as_they_were_logged() {
        assert_eq!(
            logged([b"one".to_vec(), b"".to_vec(), b"\xff".to_vec()]),
            ["one", "", "\u{fffd}"]
        );
    }

    #[test]
    fn a_contract_that_logs_without_end_cannot_fill_the_enclave() {
        for message in [
            vec![],
            vec![b'a'; 100],
            vec![0xff; 100],
            vec![0xff; 1 << 20],
            "é".repeat(50_000).into_bytes(),
        ] {
            let lines = logged(std::iter::repeat_n(message, 100_000));
            assert_eq!(lines.last().unwrap(), CUT);
            assert!(size(&lines[..lines.len() - 1]) <= KEPT_BYTES + 1);
            assert!(size(&lines) > KEPT_BYTES - 200, "as much as there is room for");
            assert_eq!(lines.iter().filter(|line| *line == CUT).count(), 1);
        }
    }
}

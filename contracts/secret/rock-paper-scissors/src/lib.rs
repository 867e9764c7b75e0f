//! Rock, paper, scissors for two players who do not trust each other.
//!
//! On a public chain both would have to commit to their hands and reveal them later, and who sees that they lost would not bother to.
//! Here the enclave holds the challenger's hand, and the opponent's answer decides the game at once. An opponent who does not
//! answer within some blocks has lost, once the challenger claims it.
//!
//! What everybody sees: who challenged, answered or claimed, and when. Against whom, with what, and who won is told to
//! the two players only. A stake is not part of this sample: a payment to the winner would tell who it is.

#![forbid(unsafe_code)]

use enigma_contract::prelude::*;

/// What the enclave remembers.
#[contract_storage]
pub struct RockPaperScissors {
    /// How many blocks an opponent has to answer.
    patience: Item<u64>,
    game_count: Item<u64>,
    games: Map<u64, Game>,
}

/// What a player shows.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// 0. Blunts the scissors.
    Rock,
    /// 1. Wraps the rock.
    Paper,
    /// 2. Cut the paper.
    Scissors,
}

/// How a game stands for the one who asks.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// 0. The opponent has not answered.
    Open,
    /// 1. Both showed the same hand.
    Drawn,
    /// 2. The one who asks has won.
    Won,
    /// 3. The other one has.
    Lost,
}

/// A game as it is stored; a fixed number of bytes, whatever its state.
#[derive(AbiType, Debug, Clone, Copy, PartialEq, Eq)]
struct Game {
    challenger: Address,
    opponent: Address,
    challengers_hand: Hand,
    /// The last block whose tasks may answer.
    last_block: u64,
    /// As the challenger sees it.
    standing: Standing,
}

/// Why a call was refused.
#[contract_error]
pub enum Error {
    /// There is no such game, or it is one of others.
    NotYourGame,
    /// Nobody plays against themselves.
    OwnOpponent,
    /// The game is decided.
    GameOver,
    /// The opponent had to answer in this block at the latest.
    TooLate { last_block: u64 },
    /// The opponent may answer up to this block.
    TooEarly { last_block: u64 },
}

#[secret_contract]
impl RockPaperScissors {
    /// Gives opponents so many blocks to answer.
    pub fn new(patience: u64) -> Self {
        let mut games = Self::default();
        games.patience.set(patience);
        games
    }

    /// Challenges an opponent, and returns the number of the game, which the opponent must be told.
    pub fn challenge(&mut self, ctx: &Context, opponent: Address, hand: Hand) -> Result<u64, Error> {
        require!(opponent != ctx.sender(), Error::OwnOpponent);
        let number = self.game_count.get_or_default();
        self.game_count.set(number + 1);
        let game = Game {
            challenger: ctx.sender(),
            opponent,
            challengers_hand: hand,
            last_block: ctx.block_number().saturating_add(self.patience.get_or_default()),
            standing: Standing::Open,
        };
        self.games.set(number, game);
        Ok(number)
    }

    /// Answers a challenge; how the game stands for the caller then.
    pub fn answer(&mut self, ctx: &Context, number: u64, hand: Hand) -> Result<Standing, Error> {
        let mut game = self.games.get(&number).ok_or(Error::NotYourGame)?;
        require!(game.opponent == ctx.sender(), Error::NotYourGame);
        require!(game.standing == Standing::Open, Error::GameOver);
        let last_block = game.last_block;
        require!(ctx.block_number() <= last_block, Error::TooLate { last_block });
        game.standing = game.challengers_hand.against(hand);
        self.games.set(number, game);
        Ok(game.standing.reversed())
    }

    /// Wins a game of the caller's whose opponent did not answer in time.
    pub fn claim(&mut self, ctx: &Context, number: u64) -> Result<(), Error> {
        let mut game = self.games.get(&number).ok_or(Error::NotYourGame)?;
        require!(game.challenger == ctx.sender(), Error::NotYourGame);
        require!(game.standing == Standing::Open, Error::GameOver);
        let last_block = game.last_block;
        require!(ctx.block_number() > last_block, Error::TooEarly { last_block });
        game.standing = Standing::Won;
        self.games.set(number, game);
        Ok(())
    }

    /// How a game of the caller's stands.
    #[view]
    pub fn standing(&self, ctx: &Context, number: u64) -> Result<Standing, Error> {
        let game = self.games.get(&number).ok_or(Error::NotYourGame)?;
        match ctx.sender() {
            player if player == game.challenger => Ok(game.standing),
            player if player == game.opponent => Ok(game.standing.reversed()),
            _ => Err(Error::NotYourGame),
        }
    }
}

impl Hand {
    fn against(self, other: Self) -> Standing {
        // In the order of the hands each beats the one before it.
        match (self as u8 + 3 - other as u8) % 3 {
            0 => Standing::Drawn,
            1 => Standing::Won,
            _ => Standing::Lost,
        }
    }
}

impl Standing {
    /// As the other player sees it.
    fn reversed(self) -> Self {
        match self {
            Self::Won => Self::Lost,
            Self::Lost => Self::Won,
            same => same,
        }
    }
}

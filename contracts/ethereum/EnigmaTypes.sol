// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @dev Values of `TaskRecord.kind`.
uint8 constant KIND_DEPLOY = 1;
uint8 constant KIND_CALL = 2;
uint8 constant KIND_POSTED = 3;
uint8 constant KIND_ORDERED = 4;

/// @dev Values of `Effect.kind`.
uint8 constant EFFECT_REQUIRED = 1;
uint8 constant EFFECT_BEST_EFFORT = 2;
uint8 constant EFFECT_EVENT = 3;

/// @dev Values of `Receipt.status`, and of the outcome that a task's slot is overwritten with.
uint8 constant STATUS_COMMITTED = 1;
uint8 constant STATUS_FAILED = 2;
uint8 constant STATUS_CALLBACK_FAILED = 3;
uint8 constant STATUS_REFUNDED = 4;

/// @dev The highest gas limit of a task: some seconds of a worker's time. A worker executes one task at a time, and without a
/// limit a task that never ends would keep it from all others for weeks.
uint64 constant MAX_GAS_LIMIT = 10_000_000_000;

/// @dev The most Ethereum gas for the calls of one task: what fits a block beside other things, with the 64ths that each
/// level of calls keeps back.
uint64 constant MAX_CALL_GAS_LIMIT = 5_000_000;

/// @dev Most tasks with posted inputs that a group takes in one epoch: each takes at least this part of the quota. Ordered calls
/// are executed one for each transaction of receipts, so their number counts, however small they are. At two blocks for a
/// transaction twice as many, of an epoch's end and the next one's start, need 800 blocks.
uint256 constant POSTED_RECORDS = 200;

/// @dev One task takes at most this part of its group's quota.
uint256 constant POSTED_SHARE = 4;

/// @dev Most bytes of an input that comes with its record.
uint256 constant MAX_POSTED_INPUT = 16_384;

/// @dev Most contracts that a task may touch beside the called one.
uint256 constant MAX_TOUCHES = 7;

/// @dev Most effects of a task, the callback of an ordered call not counted.
uint256 constant MAX_EFFECTS = 32;

/// @notice What a user asks for; the contract adds what only it knows and makes a `TaskRecord` of it.
/// @param nonce Any number whose task slot is still empty; clients draw it at random.
/// @param kind 1 deploy, 2 call, 3 posted call, 4 ordered call.
/// @param secretContract Call: the contract called. Deploy: the CREATE2 address that belongs to this task id.
/// @param codeHash Deploy: keccak256 of the module. Call: zero, the contract fills it in.
/// @param inputHash keccak256(encrypted input ‖ the user's 32-byte X25519 key); zero where the input comes along.
/// @param touchesHash Deploy: the group to join as a word, zero for a group of its own. Else zero: the contract fills it in
/// where a list of touched contracts comes along.
/// @param gasLimit Most gas of the secret contract's execution that the user pays for.
/// @param gasPrice ENG base units (10^-18 ENG) for one unit of gas.
/// @param callGasLimit Most Ethereum gas of the calls that the task may cause, paid at `callGasPrice`.
/// @param epoch Epoch whose contract key the input is encrypted to.
struct TaskOrder {
    uint256 nonce;
    uint8 kind;
    address secretContract;
    bytes32 codeHash;
    bytes32 inputHash;
    bytes32 touchesHash;
    uint64 gasLimit;
    uint128 gasPrice;
    uint64 callGasLimit;
    uint64 epoch;
}

/// @notice A task as enclaves see it. Only its keccak256 (of its `abi.encode`, 480 bytes) is kept on chain.
/// @param sender Account that ordered the task and paid its escrow.
/// @param blockNumber Block that holds the record.
/// @param timestamp Time of that block, in seconds since 1970-01-01 UTC.
/// @param parentHash Hash of the block before it, so that another fork gives another record.
/// @param rules Version of instrumenter, prices and host interface; fixed for a contract at its deployment.
struct TaskRecord {
    address sender;
    uint256 nonce;
    uint8 kind;
    address secretContract;
    bytes32 codeHash;
    bytes32 inputHash;
    bytes32 touchesHash;
    uint64 gasLimit;
    uint128 gasPrice;
    uint64 callGasLimit;
    uint64 blockNumber;
    uint64 timestamp;
    bytes32 parentHash;
    uint64 epoch;
    uint32 rules;
}

/// @notice One secret contract's step from one state to the next.
struct Move {
    address secretContract;
    bytes32 stateBefore;
    bytes32 stateAfter;
}

/// @notice What an enclave signs about a task that it has executed.
/// @param epoch Epoch of the execution: the state keys depend on it.
/// @param moves One for each contract that the task may touch: the contract of the record, then the others, ascending.
/// @param outputHash keccak256 of the encrypted output.
/// @param effectsHash keccak256 of the effects' EIP-712 hashes, in order; zero for none.
/// @param status 1 committed, 2 failed.
struct Receipt {
    bytes32 taskId;
    bytes32 recordHash;
    uint64 epoch;
    Move[] moves;
    bytes32 outputHash;
    uint64 gasUsed;
    bytes32 effectsHash;
    uint8 status;
}

/// @notice Something that a task does on Ethereum once its receipt stands.
/// @param kind 1 required call, 2 best-effort call, 3 event.
/// @param source The secret contract whose account calls or emits.
/// @param target Whom to call; zero for an event.
/// @param value Wei of a call; number of topics of an event.
/// @param data Calldata of a call; topics ‖ log data of an event.
struct Effect {
    uint8 kind;
    address source;
    address target;
    uint256 value;
    bytes data;
}

/// @notice One element of a batch of receipts.
/// @param effects What the receipt's `effectsHash` stands for.
/// @param signature r ‖ s ‖ v (27 or 28), 65 bytes, low s, by the worker's registered signer.
struct Commitment {
    TaskRecord record;
    Receipt receipt;
    Effect[] effects;
    bytes signature;
}

/// @notice What is known of a registered worker.
/// @param signer Address of its enclave's signing key.
/// @param encryptionKey X25519 key of its enclave.
/// @param stake ENG base units staked.
/// @param loggedIn Whether the next snapshot counts it, if it then has a stake.
/// @param changedAt Block of the last change of its weight (stake while logged in, else nothing).
struct Worker {
    address signer;
    bytes32 encryptionKey;
    uint256 stake;
    bool loggedIn;
    uint64 changedAt;
}

/// @notice What whoever deploys Enigma chooses. Lengths are in blocks, prices in base units of ENG.
/// @param epochBlocks From the start of an epoch to the snapshot for the next.
/// @param epochGraceBlocks Of a new epoch, in which records may still name the one before.
/// @param taskTimeoutBlocks After its record, from which on a task that is not settled is refunded.
/// @param evidenceBlocks For which stakes stay locked after the last task that they answer for has timed out.
/// @param callGasPrice Of a unit of Ethereum gas that the calls of tasks use.
/// @param postedGasPrice Least gas price of a task whose input comes with its record.
/// @param postedGasQuota Most gas that such tasks of one group may ask for in one epoch, by their limits. A task may ask for
/// a quarter of it, and counts as asking for at least a 200th.
struct Settings {
    uint64 epochBlocks;
    uint64 epochGraceBlocks;
    uint64 taskTimeoutBlocks;
    uint64 evidenceBlocks;
    uint128 callGasPrice;
    uint128 postedGasPrice;
    uint64 postedGasQuota;
}

/// @notice What is fixed when Enigma is deployed.
/// @param token ENG.
/// @param owner The account that names the principal.
struct Parameters {
    address token;
    address owner;
    Settings settings;
}

/// @dev One slot of a mapping, as something that a storage pointer can name: what is read and then written is looked up
/// once. The layout is that of a plain value.
struct Slot {
    bytes32 value;
}

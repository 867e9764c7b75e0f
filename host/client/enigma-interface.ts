/** What the client calls, reads and hears of the Enigma contract and of its token. */
import { Interface } from "ethers";

const ORDER =
  "tuple(uint256 nonce,uint8 kind,address secretContract,bytes32 codeHash,bytes32 inputHash,bytes32 touchesHash,uint64 gasLimit,uint128 gasPrice,uint64 callGasLimit,uint64 epoch)";
const RECORD =
  "tuple(address sender,uint256 nonce,uint8 kind,address secretContract,bytes32 codeHash,bytes32 inputHash,bytes32 touchesHash,uint64 gasLimit,uint128 gasPrice,uint64 callGasLimit,uint64 blockNumber,uint64 timestamp,bytes32 parentHash,uint64 epoch,uint32 rules)";

const RECEIPT =
  "tuple(bytes32 taskId,bytes32 recordHash,uint64 epoch,tuple(address secretContract,bytes32 stateBefore,bytes32 stateAfter)[] moves,bytes32 outputHash,uint64 gasUsed,bytes32 effectsHash,uint8 status)";
const EFFECT = "tuple(uint8 kind,address source,address target,uint256 value,bytes data)";
const SETTINGS =
  "tuple(uint64 epochBlocks,uint64 epochGraceBlocks,uint64 taskTimeoutBlocks,uint64 evidenceBlocks,uint128 callGasPrice,uint128 postedGasPrice,uint64 postedGasQuota)";
const WORKER = "tuple(address signer,bytes32 encryptionKey,uint256 stake,bool loggedIn,uint64 changedAt)";

export const enigmaInterface = new Interface([
  `function createRecord(${ORDER} order) returns (bytes32 taskId)`,
  `function createRecords(${ORDER}[] orders)`,
  `function createRecordTouching(${ORDER} order, address[] touches) returns (bytes32 taskId)`,
  `function postRecord(${ORDER} order, bytes input, bytes32 userKey, address[] touches) returns (bytes32 taskId)`,
  `function commitReceipts(tuple(${RECORD} record,${RECEIPT} receipt,${EFFECT}[] effects,bytes signature)[] commitments)`,
  "function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s)",
  "function withdrawBalance(uint256 amount)",
  `function refund(${RECORD} record)`,
  "function taskSlots(bytes32 taskId) view returns (bytes32)",
  "function balances(address account) view returns (uint256)",
  "function contractInfo(address secretContract) view returns (bytes32 codeHash, address group, uint32 rules)",
  "function principalSigner() view returns (address)",
  "function contractAddress(bytes32 taskId) view returns (address)",
  "function tips(address secretContract) view returns (bytes32)",
  "function currentEpoch() view returns (uint64 number, bytes32 seed, uint64 firstBlock, uint256 totalStake)",
  "function selectedWorker(uint64 number, address group) view returns (address)",
  `function worker(address account) view returns (${WORKER})`,
  `function parameters() view returns (tuple(address token, address owner, ${SETTINGS} settings))`,
  `event RecordCreated(bytes32 indexed taskId, address indexed sender, address indexed secretContract, ${RECORD} record)`,
  "event CallFailed(bytes32 indexed taskId, uint256 index, bytes reason)",
  "error AmountZero()",
  "error BalanceTooLow(uint256 balance, uint256 needed)",
  "error NonceUsed(bytes32 taskId)",
  "error KindUnknown(uint8 kind)",
  "error GasLimitZero()",
  "error EpochTooOld(uint64 current)",
  "error EpochUnknown(uint64 current)",
  "error NoWorkers()",
  "error ContractUnknown(address secretContract)",
  "error ContractAddressWrong(address expected)",
  "error CodeHashWrong()",
  "error TouchesInvalid(uint256 most)",
  "error GroupUnknown(bytes32 group)",
  "error InputHashWrong()",
  "error PostedInputTooLarge(uint256 most)",
  "error PostedGasPriceTooLow(uint128 least)",
  "error GasLimitTooHigh(uint64 most)",
  "error PostedGasLimitTooHigh(uint64 most)",
  "error PostedQuotaExceeded(uint64 left)",
  "error CallGasLimitTooHigh(uint64 most)",
  "error CallGasSpent()",
  "error TargetWithoutCode()",
  "error RefundTooEarly(uint64 firstBlock)",
  "error RecordUnknown()",
  "error RecordMismatch()",
  "error TaskAlreadySettled()",
]);

export const tokenInterface = new Interface([
  "function nonces(address owner) view returns (uint256)",
  "function balanceOf(address account) view returns (uint256)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
]);

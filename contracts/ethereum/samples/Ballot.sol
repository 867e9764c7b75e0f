// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.28;

/// @title A ballot whose votes nobody sees
/// @notice Votes are cast in a secret contract, which reports the result here when its chair closes it. The result is
/// final: what is decided with it can be executed on Ethereum.
contract Ballot {
    /// @notice What is known of a proposal.
    struct Result {
        bool reported;
        uint256 yes;
        uint256 no;
    }

    /// @notice The account that says which secret contract may report.
    address public immutable chair;

    /// @notice The secret contract that counts, once the chair has named it.
    address public votingContract;

    /// @notice Results by proposal.
    mapping(uint256 proposal => Result) public results;

    /// @notice The secret contract that counts is known.
    event VotingContractNamed(address indexed votingContract);

    /// @notice The votes for a proposal are counted.
    event Reported(uint256 indexed proposal, uint256 yes, uint256 no);

    /// @notice Only the chair may do this, once.
    error ChairOnly();
    /// @notice Only the account of the secret voting contract may report.
    error VotingContractOnly(address caller);
    /// @notice A result is reported once.
    error ReportedAlready(uint256 proposal);

    /// @notice The deployer is the chair.
    constructor() {
        chair = msg.sender;
    }

    /// @notice Names the secret voting contract, which is deployed with this contract's address and so comes after it.
    function nameVotingContract(address votingContract_) external {
        if (msg.sender != chair || votingContract != address(0)) revert ChairOnly();
        votingContract = votingContract_;
        emit VotingContractNamed(votingContract_);
    }

    /// @notice Takes the result of a proposal from the secret contract.
    function report(uint256 proposal, uint256 yes, uint256 no) external {
        if (msg.sender != votingContract) revert VotingContractOnly(msg.sender);
        if (results[proposal].reported) revert ReportedAlready(proposal);
        results[proposal] = Result(true, yes, no);
        emit Reported(proposal, yes, no);
    }

    /// @notice Whether more votes were for a proposal than against it.
    function isAccepted(uint256 proposal) external view returns (bool) {
        return results[proposal].yes > results[proposal].no;
    }
}

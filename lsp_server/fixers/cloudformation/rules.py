"""Rules of cfn-lint in families: many of them are the same schema keyword in different places."""

from __future__ import annotations


def codes(words: str) -> frozenset[str]:
    """The rule ids in a text."""
    return frozenset(words.split())


# Rules that check a part of a template against a JSON schema, with whatever keyword is broken there.
SCHEMA = codes(
    "E1001 E1005 E2001 E3001 E3002 E3003 E3005 E3006 E3012 E3014 E3015 E3016 E3017 E3018 E3020 E3021 E3024 E3028 E3029 "
    "E3030 E3031 E3032 E3033 E3034 E3035 E3036 E3037 E3040 E3045 E3046 E3047 E3048 E3049 E3051 E3052 E3053 E3055 "
    "E3058 E3500 E3501 E3510 E3511 E3512 E3513 E3514 E3515 E3530 E3600 E3601 E3602 E3605 E3606 E3617 E3620 E3628 "
    "E3633 E3635 E3636 E3638 E3639 E3641 E3647 E3652 E3660 E3663 E3670 E3671 E3672 E3673 E3674 E3675 E3676 E3677 "
    "E3678 E3679 E3680 E3682 E3683 E3685 E3686 E3687 E3689 E3690 E3691 E3692 E3693 E3694 E3695 E3700 E3701 E3702 "
    "E3703 E3724 E4001 E4002 E6001 E6002 E6003 E6004 E6101 E7001 E8001 W4001"
)
UNKNOWN_KEY = SCHEMA | codes("W3001")

# Rules that check the arguments of functions; an inner function is judged by the rule of the outer one.
FUNCTIONS = codes(
    "E1010 E1011 E1015 E1016 E1017 E1018 E1019 E1020 E1021 E1022 E1024 E1028 E1030 E1031 E1033 E8001 E8002 E8003 E8004 "
    "E8005 E8006 E8007"
)

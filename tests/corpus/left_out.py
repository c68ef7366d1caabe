"""The cases that no request can say, and why."""

BFLOAT16 = "bfloat16 is no type of the contract, nor of .npy"
FIXED_NUMBERS = "PyTorch's function has these numbers fixed, at other values"
CROSSED_BOUNDS = "PyTorch's hardtanh refuses a lower bound above the upper one"
BIAS_EACH = "a bias for every sample; a dense layer has one for all"
WEIGHT_EACH = "a weight for every sample; a dense layer has one for all"
OTHER_RANDOMNESS = "the mask is drawn by NumPy's older generator and not told"
TWO_RUNS = "two runs of axes are joined; flatten joins one"
ANTIALIAS = "torch.nn.Upsample has no antialias"
OTHER_CUBIC = "PyTorch's bicubic has the coefficient -0.75 and repeats the border"
OTHER_COORDINATES = "PyTorch has no such rule of where an output lies in the input"
FRACTION_OF_A_CELL = (
    "the corners are aligned to a size that is not whole; PyTorch's is rounded down"
)
ONE_PLACE = "ONNX puts a single output at the first cell, PyTorch in the middle"
OTHER_CELLS = "the rule takes other cells than PyTorch's nearest, which is at or before each place"

LEFT_OUT = {
    BFLOAT16: {"test_celu_bfloat16"},
    FIXED_NUMBERS: {
        "test_hardsigmoid",
        "test_hardsigmoid_default",
        "test_hardsigmoid_example",
        "test_selu",
        "test_selu_example",
    },
    CROSSED_BOUNDS: {"test_clip_min_greater_than_max"},
    BIAS_EACH: {"test_gemm_default_matrix_bias"},
    WEIGHT_EACH: {"test_matmul_3d", "test_matmul_4d", "test_matmul_bcast"},
    OTHER_RANDOMNESS: {"test_training_dropout", "test_training_dropout_default"},
    TWO_RUNS: {"test_flatten_axis2", "test_flatten_negative_axis2"},
    ANTIALIAS: {
        "test_resize_downsample_scales_cubic_antialias",
        "test_resize_downsample_scales_linear_antialias",
        "test_resize_downsample_sizes_cubic_antialias",
        "test_resize_downsample_sizes_linear_antialias",
    },
    OTHER_CUBIC: {
        "test_resize_downsample_scales_cubic_A_n0p5_exclude_outside",
        "test_resize_upsample_scales_cubic_A_n0p5_exclude_outside",
    },
    OTHER_COORDINATES: {
        "test_resize_downsample_scales_linear_half_pixel_symmetric",
        "test_resize_tf_crop_and_resize",
        "test_resize_tf_crop_and_resize_axes_2_3",
        "test_resize_tf_crop_and_resize_axes_3_2",
        "test_resize_tf_crop_and_resize_extrapolation_value",
        "test_resize_upsample_scales_cubic_asymmetric",
        "test_resize_upsample_scales_linear_half_pixel_symmetric",
    },
    FRACTION_OF_A_CELL: {
        "test_resize_downsample_scales_cubic_align_corners",
        "test_resize_downsample_scales_linear_align_corners",
    },
    ONE_PLACE: {"test_resize_downsample_sizes_linear_pytorch_half_pixel"},
    OTHER_CELLS: {
        "test_resize_downsample_sizes_nearest",
        "test_resize_downsample_sizes_nearest_not_smaller",
        "test_resize_upsample_sizes_nearest_ceil_half_pixel",
        "test_resize_upsample_sizes_nearest_floor_align_corners",
        "test_resize_upsample_sizes_nearest_round_prefer_ceil_asymmetric",
    },
}

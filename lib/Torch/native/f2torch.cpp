// The one native file of the kit: libtorch's boxed dispatcher, autograd and settings behind a C interface.
//
// Conventions: a tensor handle is an owned at::Tensor*; every function returns 0, or 1 with the message in f2_error().
// No C++ exception crosses the boundary. Compiles unchanged against libtorch 1.13 and 2.x, CPU or CUDA.

#include <ATen/Parallel.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Generator.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/cuda.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cstdint>
#include <string>
#include <vector>

using at::Tensor;

namespace {

// libtorch's own choices, which changed between its versions: how an operator takes an optional tensor, how a graph holds its nodes.
using OptionalTensor = decltype(std::declval<const c10::IValue&>().toOptional<Tensor>());
using NodePointer = decltype(torch::autograd::Edge::function);

template <typename Pointer>
struct Owner {
  static Pointer of(torch::autograd::Node& node) { return Pointer::unsafe_reclaim_from_nonowning(&node); }
};

template <typename Node>
struct Owner<std::shared_ptr<Node>> {
  static std::shared_ptr<Node> of(Node& node) { return node.shared_from_this(); }
};

thread_local std::string error_text;

// libtorch's own message, first line first, without the C++ stack that follows it.
void keep_error(const std::exception& e) {
  auto* native = dynamic_cast<const c10::Error*>(&e);
  error_text = native ? native->what_without_backtrace() : e.what();
}

template <typename F>
int guarded(F&& body) {
  try {
    body();
    return 0;
  } catch (const std::exception& e) {
    keep_error(e);
  } catch (...) {
    error_text = "unknown native error";
  }
  return 1;
}

Tensor* own(Tensor t) { return new Tensor(std::move(t)); }

std::vector<Tensor> copy_list(Tensor** handles, int64_t n) {
  std::vector<Tensor> list;
  list.reserve(n);
  for (int64_t i = 0; i < n; i++) list.push_back(handles[i] ? *handles[i] : Tensor());
  return list;
}

}  // namespace

extern "C" {

// One tagged value of the boxed stack. Lists point to memory that the caller owns for the length of the call.
enum Kind : int32_t { None, TensorKind, Int, Double, Bool, String, IntList, DoubleList, BoolList, TensorList, OptionalTensorList, DeviceKind, GeneratorKind, Default };

struct Value {
  int32_t kind;
  int32_t extra;  // device index
  union {
    int64_t i;
    double d;
    void* p;
  };
  int64_t count;
};

const char* f2_error() { return error_text.c_str(); }

// ---- operators ------------------------------------------------------------------------------------------------------

// Looks an operator up by name ("aten::add") and overload ("Tensor", or ""); the handle lives as long as the process.
int f2_operator(const char* name, const char* overload, void** handle) {
  return guarded([&] { *handle = new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload)); });
}

static c10::IValue unpack(const Value& v, const c10::Argument& argument) {
  switch (v.kind) {
    case TensorKind: return *static_cast<Tensor*>(v.p);
    case Int: return v.i;
    case Double: return v.d;
    case Bool: return v.i != 0;
    case String: return std::string(static_cast<const char*>(v.p), v.count);
    case IntList: return std::vector<int64_t>(static_cast<int64_t*>(v.p), static_cast<int64_t*>(v.p) + v.count);
    case DoubleList: return std::vector<double>(static_cast<double*>(v.p), static_cast<double*>(v.p) + v.count);
    case BoolList: {
      c10::List<bool> list;
      for (int64_t i = 0; i < v.count; i++) list.push_back(static_cast<uint8_t*>(v.p)[i] != 0);
      return list;
    }
    case TensorList: return copy_list(static_cast<Tensor**>(v.p), v.count);
    case OptionalTensorList: {
      c10::List<OptionalTensor> list;
      for (auto& t : copy_list(static_cast<Tensor**>(v.p), v.count)) list.push_back(t.defined() ? OptionalTensor(t) : OptionalTensor());
      return list;
    }
    case DeviceKind: return c10::Device(static_cast<c10::DeviceType>(v.i), static_cast<c10::DeviceIndex>(v.extra));
    case GeneratorKind: return *static_cast<at::Generator*>(v.p);
    case Default: return argument.default_value().has_value() ? *argument.default_value() : c10::IValue();
    default: return c10::IValue();
  }
}

// Calls an operator. Arguments that are not given take the schema's defaults. Tensors (also those of a returned list) come
// back in `outputs`, at most `capacity`; an int, double or bool result comes back in `scalar`.
int f2_call(void* handle, const Value* arguments, int32_t count, Tensor** outputs, int32_t capacity, int32_t* produced, Value* scalar) {
  return guarded([&] {
    auto& op = *static_cast<c10::OperatorHandle*>(handle);
    auto& schema = op.schema();
    torch::jit::Stack stack;
    stack.reserve(schema.arguments().size());
    for (size_t i = 0; i < schema.arguments().size(); i++) {
      Value absent{Default, 0, {0}, 0};
      stack.push_back(unpack(static_cast<int32_t>(i) < count ? arguments[i] : absent, schema.arguments()[i]));
    }
    op.callBoxed(&stack);
    int32_t n = 0;
    auto put = [&](const Tensor& t) {
      TORCH_CHECK(n < capacity, schema.name(), " returned more than ", capacity, " tensors");
      outputs[n++] = own(t);
    };
    for (auto& v : stack) {
      if (v.isTensor()) put(v.toTensor());
      else if (v.isTensorList()) for (const Tensor& t : v.toTensorVector()) put(t);
      else if (v.isInt()) *scalar = Value{Int, 0, {v.toInt()}, 0};
      else if (v.isBool()) *scalar = Value{Bool, 0, {v.toBool()}, 0};
      else if (v.isDouble()) { scalar->kind = Double; scalar->d = v.toDouble(); }
    }
    *produced = n;
  });
}

// ---- tensors --------------------------------------------------------------------------------------------------------

void f2_free(Tensor* t) { delete t; }
Tensor* f2_alias(Tensor* t) { return own(*t); }
int32_t f2_defined(Tensor* t) { return t->defined(); }
int32_t f2_dtype(Tensor* t) { return static_cast<int32_t>(t->scalar_type()); }
int32_t f2_device_type(Tensor* t) { return static_cast<int32_t>(t->device().type()); }
int32_t f2_device_index(Tensor* t) { return t->device().index(); }
int64_t f2_dim(Tensor* t) { return t->dim(); }
int64_t f2_numel(Tensor* t) { return t->numel(); }
int64_t f2_storage_offset(Tensor* t) { return t->storage_offset(); }
int32_t f2_is_contiguous(Tensor* t) { return t->is_contiguous(); }
int32_t f2_requires_grad(Tensor* t) { return t->requires_grad(); }
void f2_shape(Tensor* t, int64_t* sizes) { std::copy(t->sizes().begin(), t->sizes().end(), sizes); }
void f2_strides(Tensor* t, int64_t* strides) { std::copy(t->strides().begin(), t->strides().end(), strides); }
int f2_data(Tensor* t, void** p) { return guarded([&] { *p = t->data_ptr(); }); }
int f2_set_requires_grad(Tensor* t, int32_t on) { return guarded([&] { t->requires_grad_(on != 0); }); }
int f2_set_data(Tensor* t, Tensor* data) { return guarded([&] { t->set_data(*data); }); }

Tensor* f2_grad(Tensor* t) { return t->grad().defined() ? own(t->grad()) : nullptr; }
int f2_set_grad(Tensor* t, Tensor* grad) { return guarded([&] { t->mutable_grad() = grad ? *grad : Tensor(); }); }

// ---- autograd -------------------------------------------------------------------------------------------------------

int f2_grad_enabled() { return c10::GradMode::is_enabled(); }
void f2_set_grad_enabled(int32_t on) { c10::GradMode::set_enabled(on != 0); }
void* f2_inference_enter(int32_t on) { return new c10::InferenceMode(on != 0); }
void f2_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

int f2_backward(Tensor** outputs, int64_t n, Tensor** grads, int64_t grad_count, int32_t retain, int32_t create, Tensor** inputs, int64_t input_count) {
  return guarded([&] {
    torch::autograd::backward(copy_list(outputs, n), copy_list(grads, grad_count), retain != 0, create != 0, copy_list(inputs, input_count));
  });
}

// An unused input yields an undefined tensor when allow_unused is set, an error otherwise.
int f2_autograd_grad(Tensor** outputs, int64_t n, Tensor** inputs, int64_t input_count, Tensor** grads, int64_t grad_count, int32_t retain, int32_t create, int32_t allow_unused, Tensor** results) {
  return guarded([&] {
    auto got = torch::autograd::grad(copy_list(outputs, n), copy_list(inputs, input_count), copy_list(grads, grad_count), retain != 0, create != 0, allow_unused != 0);
    for (size_t i = 0; i < got.size(); i++) results[i] = own(got[i]);
  });
}

// ---- custom functions: a graph node whose backward runs in C# --------------------------------------------------------

// Takes n gradients (null where undefined), fills one owned handle (or null) per input; returns 0, or 1 with the message copied by
// f2_raise. release tells C# that the node is gone.
typedef int (*BackwardCallback)(void* state, Tensor** grads, int64_t n, Tensor** results, int64_t input_count);
typedef void (*ReleaseCallback)(void* state);

struct ManagedNode : torch::autograd::Node {
  void* state = nullptr;
  BackwardCallback callback = nullptr;
  ReleaseCallback release = nullptr;
  bool materialize = true;
  std::vector<torch::autograd::SavedVariable> saved;

  torch::autograd::variable_list apply(torch::autograd::variable_list&& grads) override {
    std::vector<Tensor*> in(grads.size(), nullptr), out(num_outputs(), nullptr);
    for (size_t i = 0; i < grads.size(); i++) {
      Tensor g = grads[i];
      if (!g.defined() && materialize) g = input_metadata(i).zeros_like();
      if (g.defined()) in[i] = own(g);
    }
    int failed = callback(state, in.data(), in.size(), out.data(), out.size());
    torch::autograd::variable_list results;
    for (Tensor* t : out) {
      results.push_back(t ? *t : Tensor());
      delete t;
    }
    if (failed) throw std::runtime_error(error_text);
    return results;
  }

  void release_variables() override { saved.clear(); }
  ~ManagedNode() override { release(state); }
};

static ManagedNode& managed(void* node) { return static_cast<ManagedNode&>(**static_cast<NodePointer*>(node)); }

void f2_raise(const char* message) { error_text = message; }

// Starts a node for these inputs. With gradients off, or no input asking for one, *node is null and release has not been given the state.
int f2_node_new(void* state, BackwardCallback callback, ReleaseCallback release, Tensor** inputs, int64_t n, void** node) {
  return guarded([&] {
    auto list = copy_list(inputs, n);
    *node = nullptr;
    if (!torch::autograd::compute_requires_grad(at::TensorList(list))) return;
    auto made = std::make_unique<ManagedNode>();
    made->state = state;
    made->callback = callback;
    made->release = release;
    made->set_next_edges(torch::autograd::collect_next_edges(at::TensorList(list)));
    *node = new NodePointer(std::unique_ptr<torch::autograd::Node>(std::move(made)));
  });
}

// Makes the outputs (fresh tensors, computed without gradient) the node's outputs.
int f2_node_attach(void* node, Tensor** outputs, int64_t n, int32_t materialize) {
  return guarded([&] {
    managed(node).materialize = materialize != 0;
    for (int64_t i = 0; i < n; i++) torch::autograd::set_history(*outputs[i], *static_cast<NodePointer*>(node));
  });
}

// Saves tensors for the backward pass without a reference cycle; is_output marks those that the node itself produced.
int f2_node_save(void* node, Tensor** tensors, int64_t n, const uint8_t* is_output) {
  return guarded([&] {
    for (int64_t i = 0; i < n; i++) managed(node).saved.emplace_back(*tensors[i], is_output[i] != 0);
  });
}

void f2_node_free(void* node) { delete static_cast<NodePointer*>(node); }
void* f2_node_address(void* node) { return &managed(node); }
int64_t f2_node_saved_count(void* address) { return static_cast<ManagedNode*>(address)->saved.size(); }

int f2_node_saved(void* address, Tensor** results) {
  return guarded([&] {
    auto* made = static_cast<ManagedNode*>(address);
    TORCH_CHECK(!made->saved.empty(), "the saved tensors were freed: say retain_graph to go backward twice");
    for (size_t i = 0; i < made->saved.size(); i++) results[i] = own(made->saved[i].unpack(Owner<NodePointer>::of(*made)));
  });
}

// ---- settings -------------------------------------------------------------------------------------------------------

int f2_set_threads(int32_t n) { return guarded([&] { at::set_num_threads(n); }); }
int32_t f2_get_threads() { return at::get_num_threads(); }
int f2_manual_seed(uint64_t seed) { return guarded([&] { torch::manual_seed(seed); }); }
int32_t f2_cuda_available() { return torch::cuda::is_available(); }
int32_t f2_cuda_count() { return static_cast<int32_t>(torch::cuda::device_count()); }
int f2_cuda_synchronize(int64_t device) { return guarded([&] { torch::cuda::synchronize(device); }); }

// Random number generators. A handle is an owned at::Generator*; the state is a byte tensor, saved in checkpoints so that a
// resumed run draws the same numbers.
int f2_generator_default(at::Generator** generator) {
  return guarded([&] { *generator = new at::Generator(at::globalContext().defaultGenerator(at::kCPU)); });
}

int f2_generator_new(uint64_t seed, at::Generator** generator) {
  return guarded([&] { *generator = new at::Generator(at::detail::createCPUGenerator(seed)); });
}

void f2_generator_free(at::Generator* generator) { delete generator; }

int f2_generator_seed(at::Generator* generator, uint64_t seed) {
  return guarded([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_current_seed(seed);
  });
}

int f2_generator_initial_seed(at::Generator* generator, uint64_t* seed) {
  return guarded([&] { *seed = generator->current_seed(); });
}

int f2_generator_state(at::Generator* generator, Tensor** state) {
  return guarded([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    *state = own(generator->get_state());
  });
}

int f2_generator_set_state(at::Generator* generator, Tensor* state) {
  return guarded([&] {
    std::lock_guard<std::mutex> lock(generator->mutex());
    generator->set_state(*state);
  });
}

}  // extern "C"
